import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCoreBench, type CoreBench } from "../testing/core-bench.ts";
import type { Repo } from "../testing/repos.ts";

let bench: CoreBench;
beforeEach(async () => {
  bench = await createCoreBench();
});
afterEach(() => bench.dispose());

const inHome = (file: string, text: string): void => {
  const at = path.join(bench.folder.path, "home", file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
};
const crlf = "* text eol=crlf\n";

/** Where a person, a project or a machine may say what becomes of a file's bytes. */
const places: Record<string, (project: Repo) => void> = {
  "a subfolder's .gitattributes": (project) => project.write("dir/.gitattributes", crlf),
  "info/attributes": (project) => writeFileSync(path.join(project.path, ".git/info/attributes"), crlf),
  "the person's attributes": () => inHome(".config/git/attributes", crlf),
  "core.attributesFile": () => {
    inHome("attributes", crlf);
    inHome(".gitconfig", "[core]\n\tattributesFile = ~/attributes\n");
  },
  "autocrlf of the person": () => inHome(".gitconfig", "[core]\n\tautocrlf = true\n"),
  "autocrlf of the machine": () => writeFileSync(bench.systemConfig, "[core]\n\tautocrlf = true\n"),
};

describe.each(Object.entries(places))("line ends by %s", (_, say) => {
  it("are in a new worktree as the person's git makes them, and an edit keeps them on its way", async () => {
    const project = bench.project();
    project.write("dir/a.txt", "one\ntwo\nthree\n");
    say(project);
    project.commit("first");
    bench.checkOutAgain(project);
    expect(readFileSync(path.join(project.path, "dir/a.txt"), "latin1")).toBe("one\r\ntwo\r\nthree\r\n");
    const session = await bench.session(project);
    expect(session.read("dir/a.txt")).toBe("one\r\ntwo\r\nthree\r\n");
    expect(await session.changes()).toEqual([]);
    session.copy.write("dir/a.txt", "one\r\nTWO\r\nthree\r\n");
    expect(await session.changes()).toEqual(["edit dir/a.txt +1 -1"]);
    expect(await session.apply()).toEqual({ applied: ["dir/a.txt"], conflicts: [] });
    expect(project.git("diff", "--numstat")).toBe("1\t1\tdir/a.txt");
    expect(readFileSync(path.join(project.path, "dir/a.txt"), "latin1")).toBe("one\r\nTWO\r\nthree\r\n");
  });
});

it("an encoding of the working tree is kept", async () => {
  const project = bench.project();
  const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");
  project.write("dir/.gitattributes", "*.txt text working-tree-encoding=UTF-16LE-BOM eol=lf\n");
  project.write("dir/a.txt", utf16("one\ntwo\n"));
  project.commit("first");
  const session = await bench.session(project);
  expect(readFileSync(path.join(session.copy.path, "dir/a.txt"))).toEqual(utf16("one\ntwo\n"));
  expect(await session.changes()).toEqual([]);
  session.copy.write("dir/a.txt", utf16("one\nTWO\n"));
  expect(await session.apply()).toEqual({ applied: ["dir/a.txt"], conflicts: [] });
  expect(readFileSync(path.join(project.path, "dir/a.txt"))).toEqual(utf16("one\nTWO\n"));
  expect(project.git("diff", "--numstat")).toBe("1\t1\tdir/a.txt");
});

describe("a repository that doesn't look at modes", () => {
  const executable = { executable: true };
  async function begin() {
    const project = bench.project();
    project.write("a.txt", "one\n");
    project.write("b.txt", "b\n");
    project.commit("first");
    project.git("config", "core.fileMode", "false");
    for (const name of ["a.txt", "b.txt"]) chmodSync(path.join(project.path, name), 0o755);
    const session = await bench.session(project);
    for (const name of ["a.txt", "b.txt"]) chmodSync(path.join(session.copy.path, name), 0o755);
    return { project, session };
  }

  it("has no changes at first, and none by a mode; apply and revert go through", async () => {
    const { project, session } = await begin();
    expect(await session.changes()).toEqual([]);
    session.copy.write("a.txt", "two\n", executable);
    session.copy.write("new.txt", "n\n", executable);
    expect(await session.changes()).toEqual(["edit a.txt +1 -1", "create new.txt +1 -0"]);
    expect(await session.apply()).toEqual({ applied: ["a.txt", "new.txt"], conflicts: [] });
    expect(await session.revert()).toEqual({ applied: ["a.txt", "new.txt"], conflicts: [] });
    expect(project.git("status", "--porcelain")).toBe("");
  });

  it("rejects what is executable on the disk: edited, new and deleted files", async () => {
    const { session } = await begin();
    session.copy.write("a.txt", "two\n", executable);
    session.copy.write("new.txt", "n\n", executable);
    session.copy.remove("b.txt");
    await session.reject();
    expect(await session.changes()).toEqual([]);
    expect(session.read("a.txt")).toBe("one\n");
  });

  it("restores what is executable on the disk, and the restore can be undone", async () => {
    const { session } = await begin();
    session.copy.write("a.txt", "two\n", executable);
    session.copy.write("new.txt", "n\n", executable);
    const then = await session.checkpoint();
    session.copy.write("a.txt", "three\n", executable);
    session.copy.write("newer.txt", "n\n", executable);
    session.copy.remove("new.txt");
    const before = await session.restore(then);
    expect([session.read("a.txt"), session.read("new.txt")]).toEqual(["two\n", "n\n"]);
    await session.restore(before);
    expect([session.read("a.txt"), session.read("newer.txt")]).toEqual(["three\n", "n\n"]);
  });
});
