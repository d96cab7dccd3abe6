import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCoreBench, type CoreBench } from "../testing/core-bench.ts";
import { createRepo, type Repo } from "../testing/repos.ts";

let bench: CoreBench;
beforeEach(async () => {
  bench = await createCoreBench();
});
afterEach(() => bench.dispose());

it("a repository of SHA-256: edits, creations and deletions are listed, applied, taken back, rejected, restored", async () => {
  const project = bench.project({ objectFormat: "sha256" });
  for (const name of ["a.txt", "b.txt", "dir/c.txt"]) project.write(name, `${name}\n`);
  project.commit("first");
  const session = await bench.session(project);
  expect(await session.changes()).toEqual([]);
  const work = (): void => {
    session.copy.write("a.txt", "edited\n");
    session.copy.remove("b.txt");
    session.copy.remove("dir");
    session.copy.write("new.txt", "n\n");
  };
  work();
  const all = ["edit a.txt +1 -1", "delete b.txt +0 -1", "delete dir/c.txt +0 -1", "create new.txt +1 -0"];
  expect(await session.changes()).toEqual(all);
  const then = await session.checkpoint();
  await session.reject();
  expect(await session.changes()).toEqual([]);
  await session.restore(then);
  expect(await session.changes()).toEqual(all);
  const paths = ["a.txt", "b.txt", "dir/c.txt", "new.txt"];
  expect(await session.apply()).toEqual({ applied: paths, conflicts: [] });
  expect(existsSync(path.join(project.path, "b.txt"))).toBe(false);
  expect((await session.revert()).applied.toSorted()).toEqual(paths);
  expect(project.git("status", "--porcelain")).toBe("");
});

describe("a sparse checkout", () => {
  it.each([
    ["with a cone", ["set", "--cone", "in"]],
    ["without one", ["set", "--no-cone", "/in/"]],
  ])("%s: a session has what the checkout has, and applies without wiping what isn't there", async (_, patterns) => {
    const project = bench.project();
    for (const name of ["in/a.txt", "out/b.txt", "out/c.txt"]) project.write(name, `${name}\n`);
    project.commit("first");
    project.git("sparse-checkout", ...patterns);
    const session = await bench.session(project);
    expect(existsSync(path.join(session.copy.path, "out"))).toBe(false);
    expect(await session.changes()).toEqual([]);
    session.copy.write("in/a.txt", "edited\n");
    session.copy.write("out/new.txt", "new\n");
    session.copy.write("out/b.txt", "edited\n");
    expect(await session.changes()).toEqual(["edit in/a.txt +1 -1", "create out/b.txt +1 -0", "create out/new.txt +1 -0"]);
    expect(await session.apply()).toEqual({ applied: ["in/a.txt", "out/b.txt", "out/new.txt"], conflicts: [] });
    expect(project.git("ls-files")).toBe("in/a.txt\nout/b.txt\nout/c.txt");
    expect(project.git("status", "--porcelain").split("\n").toSorted()).toEqual(
      [" M in/a.txt", " M out/b.txt", "?? out/new.txt"].toSorted(),
    );
    await session.revert();
    expect(existsSync(path.join(project.path, "out/new.txt"))).toBe(false);
    await expect(bench.rpc.sessions.remove({ id: session.id })).rejects.toMatchObject({ code: "WORK_AT_RISK" });
    await session.reject();
    expect(await bench.rpc.sessions.remove({ id: session.id })).toBeTruthy();
  });
});

describe("a partial clone", () => {
  /** A clone that has the contents of `main` alone; `old` is a branch of the project. */
  function partial(...options: string[]): Repo {
    const origin = createRepo(bench.folder, "origin");
    for (const version of ["old", "main"]) {
      for (const name of ["in/a.txt", "out/b.txt"]) origin.write(name, `${version} ${name}\n`);
      origin.commit(version);
      if (version === "old") origin.git("branch", "old");
    }
    origin.git("config", "uploadpack.allowFilter", "true");
    origin.git("clone", "--quiet", "--filter=blob:none", ...options, `file://${origin.path}`, "../project");
    const project = createRepo(bench.folder, "project", { plain: true });
    project.git("branch", "--quiet", "old", "origin/old");
    return project;
  }

  it("makes sessions of what it has, though nothing can be fetched", async () => {
    const project = partial();
    rmSync(path.join(bench.folder.path, "origin"), { recursive: true });
    const session = await bench.session(project);
    expect(await session.changes()).toEqual([]);
    session.copy.write("in/a.txt", "edited\n");
    session.copy.remove("out/b.txt");
    expect(await session.changes()).toEqual(["edit in/a.txt +1 -1", "delete out/b.txt +0 -1"]);
    const then = await session.checkpoint();
    await session.reject();
    await session.restore(then);
    expect(await session.apply()).toEqual({ applied: ["in/a.txt", "out/b.txt"], conflicts: [] });
  });

  it("that is sparse, too, does so with contents missing outside of the cone", async () => {
    const project = partial("--sparse");
    project.git("sparse-checkout", "set", "in");
    rmSync(path.join(bench.folder.path, "origin"), { recursive: true });
    const session = await bench.session(project);
    expect(await session.changes()).toEqual([]);
    session.copy.write("in/a.txt", "edited\n");
    session.copy.write("out/new.txt", "n\n");
    expect(await session.apply()).toEqual({ applied: ["in/a.txt", "out/new.txt"], conflicts: [] });
    await session.revert();
    await session.reject();
    expect(await bench.rpc.sessions.remove({ id: session.id })).toBeTruthy();
  });

  it("asks before it fetches what a base needs, and fetches when it is told to", async () => {
    const project = partial();
    const missing = (): number => project.git("rev-list", "--objects", "--all", "--missing=print").match(/^\?/gm)?.length ?? 0;
    expect(missing()).toBe(2);
    await expect(bench.session(project, { base: "old" })).rejects.toMatchObject({ code: "OBJECTS_NOT_FETCHED" });
    expect(missing()).toBe(2);
    expect(project.git("worktree", "list").split("\n")).toHaveLength(1);
    const session = await bench.session(project, { base: "old", fetch: true });
    expect(session.read("in/a.txt")).toBe("old in/a.txt\n");
    expect(await session.changes()).toEqual([]);
  });

  it("fetches without running the project's hooks", async () => {
    const project = partial();
    const ran = path.join(bench.folder.path, "ran");
    const hook = path.join(project.path, ".git/hooks/post-index-change");
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 });
    await bench.session(project, { base: "old", fetch: true });
    expect(existsSync(ran)).toBe(false);
  });

  it("fetches nothing for a project that isn't trusted", async () => {
    const project = partial();
    await expect(bench.session(project, { base: "old", fetch: true, trusted: false })).rejects.toMatchObject({
      code: "PROJECT_NOT_TRUSTED",
    });
  });
});

it.skipIf(process.platform === "win32")(
  "names that other systems can't have are carried where they are names like others",
  async () => {
    const names = ["aux/notes.tex", "con", "ends with blank /x", "ends.", "nul.txt"];
    const project = bench.project();
    for (const name of names) project.write(name, "one\n");
    project.commit("first");
    const session = await bench.session(project);
    expect(await session.changes()).toEqual([]);
    for (const name of names) session.copy.write(name, "two\n");
    expect(await session.changes()).toEqual(names.map((name) => `edit ${name} +1 -1`));
    expect(await session.apply()).toEqual({ applied: names, conflicts: [] });
    expect(names.map((name) => readFileSync(path.join(project.path, name), "utf8"))).toEqual(names.map(() => "two\n"));
    await session.revert();
    expect(project.git("status", "--porcelain")).toBe("");
    const then = await session.checkpoint();
    await session.reject();
    await session.restore(then);
    expect(await session.changes()).toHaveLength(names.length);
    mkdirSync(path.join(session.copy.path, "lpt1"));
    session.copy.write("lpt1/new.", "n\n");
    expect(await session.changes()).toContain("create lpt1/new. +1 -0");
  },
);
