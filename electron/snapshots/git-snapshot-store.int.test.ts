import { lstatSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GitProgram } from "../git/git.ts";
import { createRepo, hostileGitEnvironment, oddNames, repoShapes } from "../testing/repos.ts";
import { createSnapshotsBench, type SnapshotsBench } from "../testing/snapshots-bench.ts";
import type { CopyRef } from "./snapshot-store.ts";
import { value } from "../testing/value-of.ts";

let bench: SnapshotsBench;
beforeEach(() => {
  bench = createSnapshotsBench();
});
afterEach(() => bench.dispose());

describe("every shape of repository", () => {
  for (const [name, make] of Object.entries(repoShapes)) {
    it(`R75 ${name}: snapshots hold the files, and their differences are found`, async () => {
      const repo = make(bench.folder);
      const before = await bench.treeNow(repo);
      repo.write("dir/new.txt", "new\n");
      repo.write("run.sh", "#!/bin/sh\n");
      repo.remove("link");
      const after = await bench.treeNow(repo);
      const expected = [
        "create dir/new.txt",
        ...(name === "a sparse checkout" ? ["create run.sh"] : ["delete link", "mode run.sh"]),
      ];
      expect(await bench.changes(repo, before, after)).toEqual(expected);
      expect(await bench.treeNow(repo)).toBe(after);
      expect(await value(bench.store.listFiles(bench.refOf(repo)))).toContain("dir/new.txt");
    });
  }

  it("R75 answers the empty tree where there are no commits", async () => {
    const repo = createRepo(bench.folder);
    const empty = await value(bench.store.treeOf(bench.refOf(repo), null));
    expect(await value(bench.store.treeOf(bench.refOf(repo), "HEAD"))).toBe(empty);
    expect(await bench.treeNow(repo)).toBe(empty);
  });

  it("gives the part of the commit's tree that the folder is", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    const inner: CopyRef = { ...bench.refOf(repo), path: path.join(repo.path, "dir"), projectPath: path.join(repo.path, "dir") };
    expect(await value(bench.store.treeOf(inner, "HEAD"))).toBe(repo.git("rev-parse", "HEAD:dir"));
    expect((await value(bench.store.snapshot(inner))).tree).toBe(repo.git("rev-parse", "HEAD:dir"));
  });

  it("says that a folder is missing", async () => {
    const repo = createRepo(bench.folder);
    rmSync(repo.path, { recursive: true });
    expect(await bench.store.snapshot(bench.refOf(repo))).toMatchObject({ ok: false, error: { code: "WORKING_COPY_MISSING" } });
  });
});

describe("what is the user's", () => {
  it("R66 leaves the index, HEAD, refs, stash and every time in .git as they were", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    repo.write("a.txt", "stashed\n");
    repo.git("stash", "--quiet");
    repo.write("a.txt", "staged\n");
    repo.git("add", "a.txt");
    repo.write("a.txt", "worked\n");
    repo.write("untracked", "u\n");
    const look = () =>
      readdirSync(path.join(repo.path, ".git"), { recursive: true, withFileTypes: true })
        .map((entry) => path.join(entry.parentPath, entry.name))
        .map((file) => `${file} ${lstatSync(file).mtimeMs} ${lstatSync(file).size}`)
        .toSorted();
    const state = () => [
      repo.git("--no-optional-locks", "status", "--porcelain=v2", "--branch"),
      repo.git("stash", "list"),
      repo.git("for-each-ref"),
      repo.git("ls-files", "-s"),
    ];
    const before = [look(), state()];
    const tree = await bench.treeNow(repo);
    await value(bench.store.hold(bench.refOf(repo), "chk_1", tree));
    await value(bench.store.secure(bench.refOf(repo)));
    await value(bench.store.forget(bench.refOf(repo), "chk_1"));
    expect([look(), state()]).toEqual(before);
  });

  it("S70 works on the right folder, whatever git variables it was started with", async () => {
    const elsewhere = path.join(bench.folder.path, "elsewhere");
    mkdirSync(elsewhere);
    await bench.reopen(new GitProgram({ program: "git", env: { ...bench.folder.env, ...hostileGitEnvironment(elsewhere) } }));
    const repo = repoShapes["one commit"](bench.folder);
    expect(await bench.treeNow(repo)).toBe(repo.git("rev-parse", "HEAD^{tree}"));
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it("follows the project's excludes and the user's", async () => {
    const repo = createRepo(bench.folder);
    writeFileSync(path.join(bench.folder.env.HOME ?? "", "ignored"), "*.global\n");
    repo.git("config", "--global", "core.excludesFile", "~/ignored");
    repo.write(".git/info/exclude", "*.private\n");
    repo.write(".gitignore", "*.log\nnode_modules/\n");
    for (const name of ["a.txt", "b.log", "node_modules/x/y", "c.private", "d.global", ".hearth-tmp-1234"]) repo.write(name, "x");
    await bench.treeNow(repo);
    expect(await value(bench.store.listFiles(bench.refOf(repo)))).toEqual([".gitignore", "a.txt"]);
    repo.write(".git/info/exclude", "*.private\na.txt\n");
    repo.write("e.txt", "x");
    await bench.treeNow(repo);
    expect(await value(bench.store.listFiles(bench.refOf(repo)))).toEqual([".gitignore", "e.txt"]);
  });
});

describe("exactness", () => {
  it("R81 takes names of any bytes, and finds each again", async () => {
    const repo = createRepo(bench.folder);
    const empty = await bench.treeNow(repo);
    for (const name of oddNames) repo.write(name, `${name.length}\n`);
    const tree = await bench.treeNow(repo);
    const found = await value(bench.store.diff(bench.refOf(repo), empty, tree));
    expect(found.map((change) => change.path).toSorted()).toEqual(oddNames.toSorted());
    for (const name of oddNames) {
      const [entry] = await value(bench.store.entries(bench.refOf(repo), tree, [name]));
      expect(entry, JSON.stringify(name)).toMatchObject({ path: name, mode: "100644" });
      expect((await value(bench.store.readBlob(bench.refOf(repo), entry?.oid ?? "", 100))).toString(), name).toBe(
        `${name.length}\n`,
      );
      expect((await value(bench.store.patch(bench.refOf(repo), empty, tree, [name], 10_000))).text, name).toContain(
        `+${name.length}\n`,
      );
    }
  });

  it("R82 R83 keeps bytes, modes, links and changes of kind exactly", async () => {
    const repo = createRepo(bench.folder);
    repo.git("config", "core.autocrlf", "true");
    repo.write(".gitattributes", "* text=auto eol=crlf\n*.utf16 working-tree-encoding=UTF-16\n*.id ident\n");
    const files: Record<string, Buffer> = {
      "crlf.txt": Buffer.from("a\r\nb\r\n"),
      "mixed.txt": Buffer.from("a\r\nb\n"),
      "bom.txt": Buffer.from("\ufeffx"),
      noeol: Buffer.from("x"),
      empty: Buffer.alloc(0),
      bin: Buffer.from([0, 255, 13, 10, 0]),
      "x.utf16": Buffer.from("\ufeffhi", "utf16le"),
      "k.id": Buffer.from("$Id$ $Id: x $\n"),
    };
    for (const [name, bytes] of Object.entries(files)) repo.write(name, bytes);
    repo.commit();
    repo.write("kind", "file\n");
    repo.write("dir/inner", "x\n");
    const first = await bench.treeNow(repo);
    for (const entry of await value(bench.store.entries(bench.refOf(repo), first, Object.keys(files))))
      expect(await value(bench.store.readBlob(bench.refOf(repo), entry.oid, 1000)), entry.path).toEqual(files[entry.path]);

    repo.remove("kind");
    repo.write("kind/now/a/folder", "x\n");
    repo.remove("dir");
    repo.link("dir", "kind");
    const second = await bench.treeNow(repo);
    expect(await bench.changes(repo, first, second, { renames: false })).toEqual([
      "create dir",
      "delete dir/inner",
      "delete kind",
      "create kind/now/a/folder",
    ]);
    repo.remove("kind");
    repo.write("kind", "file\n");
    repo.remove("dir");
    repo.write("dir/inner", "x\n");
    expect(await bench.treeNow(repo)).toBe(first);
  });

  it("finds renames, modes, binaries and counts", async () => {
    const repo = createRepo(bench.folder);
    repo.write("old name.txt", "1\n2\n3\n4\n5\n");
    repo.write("mode", "x\n");
    repo.write("bin", Buffer.from([0, 1]));
    repo.write("edit", "a\nb\n");
    const before = await bench.treeNow(repo);
    repo.remove("old name.txt");
    repo.write("new\tname.txt", "1\n2\n3\n4\n5\n");
    repo.write("mode", "x\n", { executable: true });
    repo.write("bin", Buffer.from([0, 2]));
    repo.write("edit", "a\nc\nd\n");
    const found = await value(bench.store.diff(bench.refOf(repo), before, await bench.treeNow(repo)));
    expect(found).toEqual([
      expect.objectContaining({ operation: "edit", path: "bin", binary: true, additions: 0 }),
      expect.objectContaining({ operation: "edit", path: "edit", additions: 2, deletions: 1, binary: false }),
      expect.objectContaining({ operation: "mode", path: "mode", oldMode: "100644", newMode: "100755" }),
      expect.objectContaining({ operation: "rename", path: "new\tname.txt", oldPath: "old name.txt", additions: 0 }),
    ]);
  });

  it("cuts a long patch at a line's end and says so", async () => {
    const repo = createRepo(bench.folder);
    const empty = await bench.treeNow(repo);
    repo.write("long", "0123456789\n".repeat(80));
    const cut = await value(bench.store.patch(bench.refOf(repo), empty, await bench.treeNow(repo), ["long"], 300));
    expect(cut.truncated).toBe(true);
    expect(cut.text.length).toBeLessThanOrEqual(300);
    expect(cut.text.endsWith("+0123456789\n")).toBe(true);
  });
});

describe("what is left out", () => {
  it("R74 leaves large untracked files out and names them; large tracked ones are taken", async () => {
    const repo = createRepo(bench.folder);
    repo.write("tracked.bin", Buffer.alloc(2000, 1));
    repo.commit();
    repo.write("tracked.bin", Buffer.alloc(2001, 2));
    repo.write("grown", "small\n");
    expect((await value(bench.store.snapshot(bench.refOf(repo)))).skipped).toEqual([]);
    repo.write("huge.bin", "");
    truncateSync(path.join(repo.path, "huge.bin"), 5 * 1024 ** 3);
    repo.write("grown", Buffer.alloc(1001, 3));
    const taken = await value(bench.store.snapshot(bench.refOf(repo)));
    expect(taken.skipped).toEqual([
      { path: "grown", bytes: 1001, why: "too-large" },
      { path: "huge.bin", bytes: 5 * 1024 ** 3, why: "too-large" },
    ]);
    const kept = await value(bench.store.entries(bench.refOf(repo), taken.tree, ["tracked.bin", "grown", "huge.bin"]));
    expect(kept.map((entry) => entry.path)).toEqual(["tracked.bin"]);
    expect(await value(bench.store.readBlob(bench.refOf(repo), kept[0]?.oid ?? "", 5000))).toEqual(Buffer.alloc(2001, 2));
    expect((await value(bench.store.snapshot(bench.refOf(repo)))).skipped.length).toBe(2);
  });

  it("S55 leaves out names that could never be restored", async () => {
    const repo = createRepo(bench.folder);
    repo.write("fine", "x");
    for (const name of ["git~1", "git~2"]) repo.write(name, "x");
    const taken = await value(bench.store.snapshot(bench.refOf(repo)));
    expect(taken.skipped.map((file) => file.path).toSorted()).toEqual(["git~1", "git~2"]);
    expect(await value(bench.store.listFiles(bench.refOf(repo)))).toEqual(["fine"]);
  });

  it("R79 leaves repositories and worktrees inside alone, with or without commits", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    const nested = createRepo(bench.folder, "project/nested");
    nested.write("inner", "x\n");
    nested.commit();
    createRepo(bench.folder, "project/unborn").write("inner", "x\n");
    repo.git("worktree", "add", "--quiet", "tree", "-b", "side");
    const taken = await value(bench.store.snapshot(bench.refOf(repo)));
    expect(taken.tree).toBe(repo.git("rev-parse", "HEAD^{tree}"));
    expect(taken.skipped.map((file) => file.path)).toEqual(["nested/", "tree/", "unborn/"]);
  });
});
