import { lstatSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { manualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { createGit } from "../git/git.ts";
import {
  createRepo,
  createTestFolder,
  hostileGitEnvironment,
  oddNames,
  repoShapes,
  type Repo,
  type TestFolder,
} from "../testing/repos.ts";
import { createSnapshotStore, type GitSnapshotStore } from "./git-snapshot-store.ts";
import type { CopyRef } from "./snapshot-store.ts";
import { value } from "../testing/value-of.ts";

let folder: TestFolder;
let store: GitSnapshotStore;
beforeEach(() => {
  folder = createTestFolder();
  store = openStore();
});
afterEach(async () => {
  await store.dispose();
  folder.dispose();
});

function openStore(git = folder.git): GitSnapshotStore {
  const storesDir = path.join(folder.path, "stores");
  mkdirSync(storesDir, { recursive: true });
  return createSnapshotStore({ git, storesDir, clock: manualClock(), log: silentLog, maxUntrackedBytes: 1000 });
}

const refOf = (repo: Repo): CopyRef => ({ projectId: "prj_1", projectPath: repo.path, copyId: "wcp_1", path: repo.path });

const treeNow = async (repo: Repo) => (await value(store.snapshot(refOf(repo)))).tree;
async function changes(repo: Repo, from: string, to: string, options = {}) {
  const found = await value(store.diff(refOf(repo), from, to, options));
  return found.map(({ operation, path: at }) => `${operation} ${at}`);
}

describe("every shape of repository", () => {
  for (const [name, make] of Object.entries(repoShapes)) {
    it(`R75 ${name}: snapshots hold the files, and their differences are found`, async () => {
      const repo = make(folder);
      const before = await treeNow(repo);
      repo.write("dir/new.txt", "new\n");
      repo.write("run.sh", "#!/bin/sh\n");
      repo.remove("link");
      const after = await treeNow(repo);
      const expected = [
        "create dir/new.txt",
        ...(name === "a sparse checkout" ? ["create run.sh"] : ["delete link", "mode run.sh"]),
      ];
      expect(await changes(repo, before, after)).toEqual(expected);
      expect(await treeNow(repo)).toBe(after);
      expect(await value(store.listFiles(refOf(repo)))).toContain("dir/new.txt");
    });
  }

  it("R75 answers the empty tree where there are no commits", async () => {
    const repo = createRepo(folder);
    const empty = await value(store.treeOf(refOf(repo), null));
    expect(await value(store.treeOf(refOf(repo), "HEAD"))).toBe(empty);
    expect(await treeNow(repo)).toBe(empty);
  });

  it("gives the part of the commit's tree that the folder is", async () => {
    const repo = repoShapes["one commit"](folder);
    const inner: CopyRef = { ...refOf(repo), path: path.join(repo.path, "dir"), projectPath: path.join(repo.path, "dir") };
    expect(await value(store.treeOf(inner, "HEAD"))).toBe(repo.git("rev-parse", "HEAD:dir"));
    expect((await value(store.snapshot(inner))).tree).toBe(repo.git("rev-parse", "HEAD:dir"));
  });

  it("says that a folder is missing", async () => {
    const repo = createRepo(folder);
    rmSync(repo.path, { recursive: true });
    expect(await store.snapshot(refOf(repo))).toMatchObject({ ok: false, error: { code: "WORKING_COPY_MISSING" } });
  });
});

describe("what is the user's", () => {
  it("R66 leaves the index, HEAD, refs, stash and every time in .git as they were", async () => {
    const repo = repoShapes["one commit"](folder);
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
    const tree = await treeNow(repo);
    await value(store.hold(refOf(repo), "chk_1", tree));
    await value(store.secure(refOf(repo)));
    await value(store.forget(refOf(repo), "chk_1"));
    expect([look(), state()]).toEqual(before);
  });

  it("S70 works on the right folder, whatever git variables it was started with", async () => {
    const elsewhere = path.join(folder.path, "elsewhere");
    mkdirSync(elsewhere);
    await store.dispose();
    store = openStore(createGit({ program: "git", env: { ...folder.env, ...hostileGitEnvironment(elsewhere) } }));
    const repo = repoShapes["one commit"](folder);
    expect(await treeNow(repo)).toBe(repo.git("rev-parse", "HEAD^{tree}"));
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it("follows the project's excludes and the user's", async () => {
    const repo = createRepo(folder);
    writeFileSync(path.join(folder.env.HOME ?? "", "ignored"), "*.global\n");
    repo.git("config", "--global", "core.excludesFile", "~/ignored");
    repo.write(".git/info/exclude", "*.private\n");
    repo.write(".gitignore", "*.log\nnode_modules/\n");
    for (const name of ["a.txt", "b.log", "node_modules/x/y", "c.private", "d.global", ".hearth-tmp-1234"]) repo.write(name, "x");
    await treeNow(repo);
    expect(await value(store.listFiles(refOf(repo)))).toEqual([".gitignore", "a.txt"]);
    repo.write(".git/info/exclude", "*.private\na.txt\n");
    repo.write("e.txt", "x");
    await treeNow(repo);
    expect(await value(store.listFiles(refOf(repo)))).toEqual([".gitignore", "a.txt", "e.txt"]);
  });
});

describe("exactness", () => {
  it("R81 takes names of any bytes, and finds each again", async () => {
    const repo = createRepo(folder);
    const empty = await treeNow(repo);
    for (const name of oddNames) repo.write(name, `${name.length}\n`);
    const tree = await treeNow(repo);
    const found = await value(store.diff(refOf(repo), empty, tree));
    expect(found.map((change) => change.path).toSorted()).toEqual(oddNames.toSorted());
    for (const name of oddNames) {
      const [entry] = await value(store.entries(refOf(repo), tree, [name]));
      expect(entry, JSON.stringify(name)).toMatchObject({ path: name, mode: "100644" });
      expect((await value(store.readBlob(refOf(repo), entry?.oid ?? "", 100))).toString(), name).toBe(`${name.length}\n`);
      expect((await value(store.diff(refOf(repo), empty, tree, { paths: [name] }))).map((change) => change.path)).toEqual([name]);
      expect((await value(store.patch(refOf(repo), empty, tree, [name], 10_000))).text, name).toContain(`+${name.length}\n`);
    }
  });

  it("R82 R83 keeps bytes, modes, links and changes of kind exactly", async () => {
    const repo = createRepo(folder);
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
    const first = await treeNow(repo);
    for (const entry of await value(store.entries(refOf(repo), first, Object.keys(files))))
      expect(await value(store.readBlob(refOf(repo), entry.oid, 1000)), entry.path).toEqual(files[entry.path]);

    repo.remove("kind");
    repo.write("kind/now/a/folder", "x\n");
    repo.remove("dir");
    repo.link("dir", "kind");
    const second = await treeNow(repo);
    expect(await changes(repo, first, second, { renames: false })).toEqual([
      "create dir",
      "delete dir/inner",
      "delete kind",
      "create kind/now/a/folder",
    ]);
    repo.remove("kind");
    repo.write("kind", "file\n");
    repo.remove("dir");
    repo.write("dir/inner", "x\n");
    expect(await treeNow(repo)).toBe(first);
  });

  it("finds renames, modes, binaries and counts", async () => {
    const repo = createRepo(folder);
    repo.write("old name.txt", "1\n2\n3\n4\n5\n");
    repo.write("mode", "x\n");
    repo.write("bin", Buffer.from([0, 1]));
    repo.write("edit", "a\nb\n");
    const before = await treeNow(repo);
    repo.remove("old name.txt");
    repo.write("new\tname.txt", "1\n2\n3\n4\n5\n");
    repo.write("mode", "x\n", { executable: true });
    repo.write("bin", Buffer.from([0, 2]));
    repo.write("edit", "a\nc\nd\n");
    const found = await value(store.diff(refOf(repo), before, await treeNow(repo)));
    expect(found).toEqual([
      expect.objectContaining({ operation: "edit", path: "bin", binary: true, additions: 0 }),
      expect.objectContaining({ operation: "edit", path: "edit", additions: 2, deletions: 1, binary: false }),
      expect.objectContaining({ operation: "mode", path: "mode", oldMode: "100644", newMode: "100755" }),
      expect.objectContaining({ operation: "rename", path: "new\tname.txt", oldPath: "old name.txt", additions: 0 }),
    ]);
  });

  it("cuts a long patch at a line's end and says so", async () => {
    const repo = createRepo(folder);
    const empty = await treeNow(repo);
    repo.write("long", "0123456789\n".repeat(80));
    const cut = await value(store.patch(refOf(repo), empty, await treeNow(repo), ["long"], 300));
    expect(cut.truncated).toBe(true);
    expect(cut.text.length).toBeLessThanOrEqual(300);
    expect(cut.text.endsWith("+0123456789\n")).toBe(true);
  });
});

describe("what is left out", () => {
  it("R74 leaves large untracked files out and names them; large tracked ones are taken", async () => {
    const repo = createRepo(folder);
    repo.write("tracked.bin", Buffer.alloc(2000, 1));
    repo.commit();
    repo.write("tracked.bin", Buffer.alloc(2001, 2));
    repo.write("grown", "small\n");
    expect((await value(store.snapshot(refOf(repo)))).skipped).toEqual([]);
    repo.write("huge.bin", "");
    truncateSync(path.join(repo.path, "huge.bin"), 5 * 1024 ** 3);
    repo.write("grown", Buffer.alloc(1001, 3));
    const taken = await value(store.snapshot(refOf(repo)));
    expect(taken.skipped).toEqual([
      { path: "grown", bytes: 1001 },
      { path: "huge.bin", bytes: 5 * 1024 ** 3 },
    ]);
    const kept = await value(store.entries(refOf(repo), taken.tree, ["tracked.bin", "grown", "huge.bin"]));
    expect(kept.map((entry) => entry.path)).toEqual(["tracked.bin"]);
    expect(await value(store.readBlob(refOf(repo), kept[0]?.oid ?? "", 5000))).toEqual(Buffer.alloc(2001, 2));
    expect((await value(store.snapshot(refOf(repo)))).skipped.length).toBe(2);
  });

  it("S55 leaves out names that could never be restored", async () => {
    const repo = createRepo(folder);
    repo.write("fine", "x");
    for (const name of ["git~1", "dot.", "space ", "CON"]) repo.write(name, "x");
    const taken = await value(store.snapshot(refOf(repo)));
    expect(taken.skipped.map((file) => file.path).toSorted()).toEqual(["CON", "dot.", "git~1", "space "]);
    expect(await value(store.listFiles(refOf(repo)))).toEqual(["fine"]);
  });

  it("R79 leaves repositories and worktrees inside alone, with or without commits", async () => {
    const repo = repoShapes["one commit"](folder);
    const nested = createRepo(folder, "project/nested");
    nested.write("inner", "x\n");
    nested.commit();
    createRepo(folder, "project/unborn").write("inner", "x\n");
    repo.git("worktree", "add", "--quiet", "tree", "-b", "side");
    const taken = await value(store.snapshot(refOf(repo)));
    expect(taken.tree).toBe(repo.git("rev-parse", "HEAD^{tree}"));
    expect(taken.skipped.map((file) => file.path)).toEqual(["nested/", "tree/", "unborn/"]);
  });
});
