import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRepo, repoShapes } from "../testing/repos.ts";
import { createSnapshotsBench, type SnapshotsBench } from "../testing/snapshots-bench.ts";
import { value } from "../testing/value-of.ts";

let bench: SnapshotsBench;
beforeEach(() => {
  bench = createSnapshotsBench();
});
afterEach(() => bench.dispose());

describe("interruptions", () => {
  it("R8 goes on after a kill: stale locks, half-written indexes and half-made stores", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    const clean = await bench.treeNow(repo);
    const dir = path.join(bench.folder.path, "stores", "prj_1.git");
    const index = path.join(dir, "copies", "wcp_1.index");
    writeFileSync(`${index}.lock`, "half");
    repo.write("a.txt", "next\n");
    const next = await bench.treeNow(repo);
    expect(next).not.toBe(clean);
    truncateSync(index, statSync(index).size - 30);
    await bench.reopen();
    expect(await bench.treeNow(repo)).toBe(next);
    expect(existsSync(`${index}.lock`)).toBe(false);
    rmSync(path.join(dir, "HEAD"));
    rmSync(path.join(dir, "info"), { recursive: true });
    rmSync(index);
    await bench.reopen();
    expect(await bench.treeNow(repo)).toBe(next);
  });

  it("takes snapshots of one copy one after the other", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    const trees = await Promise.all(Array.from({ length: 6 }, () => bench.treeNow(repo)));
    expect(new Set(trees).size).toBe(1);
  });

  it("sees a change that kept size and time", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    const time = statSync(path.join(repo.path, "a.txt")).mtime;
    const before = await bench.treeNow(repo);
    repo.write("a.txt", "one\nTWO\nthree\n");
    utimesSync(path.join(repo.path, "a.txt"), time, time);
    expect(await bench.treeNow(repo)).not.toBe(before);
  });
});

describe("what the project forgets", () => {
  it("keeps a tree again by the commit it has, and anew where the store was taken away", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    const keep = async (): Promise<string> =>
      (await value(bench.store.keep(bench.refOf(repo), await bench.treeNow(repo)))).commit;
    const first = await keep();
    expect(await keep()).toBe(first);
    repo.write("a.txt", "changed\n");
    expect(await keep()).not.toBe(first);
    const [name = ""] = readdirSync(path.join(bench.folder.path, "stores"));
    rmSync(path.join(bench.folder.path, "stores", name), { recursive: true });
    const commit = await keep();
    expect(
      execFileSync("git", ["-C", path.join(bench.folder.path, "stores", name), "cat-file", "-t", commit], {
        env: bench.folder.env,
      }).toString(),
    ).toBe("commit\n");
  });

  it("R67 keeps a checkpoint whole through gc --prune=now, a rewritten history and a pruned worktree", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    repo.write("history", "only in the first commit\n");
    repo.commit();
    const tree = await bench.treeNow(repo);
    await value(bench.store.keep(bench.refOf(repo), tree));
    await value(bench.store.secure(bench.refOf(repo)));
    repo.git("checkout", "--quiet", "--orphan", "fresh");
    repo.git("rm", "-rqf", ".");
    repo.write("other", "x\n");
    repo.commit();
    repo.git("branch", "-D", "main");
    repo.git("reflog", "expire", "--expire=now", "--all");
    repo.git("gc", "--quiet", "--prune=now");
    const [entry] = await value(bench.store.entries(bench.refOf(repo), tree, ["history"]));
    expect(() => repo.git("cat-file", "-e", entry?.oid ?? "")).toThrow();
    expect((await value(bench.store.readBlob(bench.refOf(repo), entry?.oid ?? "", 100))).toString()).toBe(
      "only in the first commit\n",
    );
    expect(await bench.changes(repo, tree, await bench.treeNow(repo))).toContain("delete history");
  });

  it("R67 makes the index anew where the project took what it borrowed before it was kept", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    repo.write("dir/history", "h\n");
    repo.commit();
    await bench.treeNow(repo);
    rmSync(path.join(repo.path, ".git", "objects"), { recursive: true });
    mkdirSync(path.join(repo.path, ".git", "objects"));
    repo.write("dir/b.txt", "changed\n");
    const tree = await bench.treeNow(repo);
    for (const entry of await value(bench.store.entries(bench.refOf(repo), tree, ["a.txt", "dir/history", "dir/b.txt"])))
      expect((await value(bench.store.readBlob(bench.refOf(repo), entry.oid, 100))).length).toBeGreaterThan(0);
    expect((await value(bench.store.entries(bench.refOf(repo), tree, ["dir/history"]))).length).toBe(1);
  });
});

describe("submodules", () => {
  function withSubmodule(): ReturnType<(typeof repoShapes)["one commit"]> {
    const repo = repoShapes["one commit"](bench.folder);
    const inner = createRepo(bench.folder, "inner");
    inner.write("inside", "i\n");
    inner.commit();
    repo.git("submodule", "--quiet", "add", inner.path, "sub");
    repo.write("folder/b.txt", "mine\n");
    repo.commit();
    return repo;
  }

  it("stay in the tree where a link to a folder of the same names takes a folder's place", async () => {
    const repo = withSubmodule();
    const before = await bench.treeNow(repo);
    repo.remove("folder");
    repo.link("folder", "dir");
    expect(await bench.changes(repo, before, await bench.treeNow(repo), { renames: false })).toEqual([
      "create folder",
      "delete folder/b.txt",
    ]);
  });

  it("stay in the tree where the index is made anew from the files", async () => {
    const repo = withSubmodule();
    await bench.treeNow(repo);
    const lost = repo.git("rev-parse", "HEAD:folder/b.txt");
    rmSync(path.join(repo.path, ".git/objects", lost.slice(0, 2)), { recursive: true });
    repo.write("a.txt", "changed\n");
    const tree = await bench.treeNow(repo);
    expect(await value(bench.store.entries(bench.refOf(repo), tree, ["sub"]))).toMatchObject([{ mode: "160000" }]);
  });
});

describe("trees and blobs", () => {
  it("puts entries into a tree and takes them out", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    const tree = await bench.treeNow(repo);
    const oid = await value(bench.store.writeBlob(bench.refOf(repo), Buffer.from("made\r\n")));
    const edited = await value(
      bench.store.editTree(bench.refOf(repo), tree, [
        { path: "dir/b.txt", mode: "100644", oid: null },
        { path: "dir", mode: "100755", oid },
        { path: "bytes-\udcff", mode: "100644", oid },
      ]),
    );
    expect(await bench.changes(repo, tree, edited, { renames: false })).toEqual([
      "create bytes-\udcff",
      "create dir",
      "delete dir/b.txt",
    ]);
    expect(await bench.treeNow(repo)).toBe(tree);
  });

  it("merges blobs that differ apart, and says when they don't", async () => {
    const repo = repoShapes["one commit"](bench.folder);
    const blob = (text: string) => value(bench.store.writeBlob(bench.refOf(repo), Buffer.from(text)));
    const base = await blob("1\n2\n3\n4\n5\n");
    const ours = await blob("one\n2\n3\n4\n5\n");
    const theirs = await blob("1\n2\n3\n4\nfive\n");
    const merged = await value(bench.store.mergeBlobs(bench.refOf(repo), base, ours, theirs));
    expect("oid" in merged ? (await value(bench.store.readBlob(bench.refOf(repo), merged.oid, 100))).toString() : merged).toBe(
      "one\n2\n3\n4\nfive\n",
    );
    expect(await value(bench.store.mergeBlobs(bench.refOf(repo), base, ours, await blob("uno\n2\n3\n4\n5\n")))).toEqual({
      conflict: true,
    });
    const binary = [await blob("\0a"), await blob("\0b"), await blob("\0c")] as const;
    expect(await value(bench.store.mergeBlobs(bench.refOf(repo), ...binary))).toEqual({ conflict: true });
    expect(await value(bench.store.mergeBlobs(bench.refOf(repo), binary[0], binary[0], binary[2]))).toEqual({ oid: binary[2] });
    expect(await value(bench.store.mergeBlobs(bench.refOf(repo), "0".repeat(40), ours, theirs))).toEqual({ conflict: true });
  });
});
