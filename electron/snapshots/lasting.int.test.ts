import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { manualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { createTestFolder, repoShapes, type Repo, type TestFolder } from "../testing/repos.ts";
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

describe("interruptions", () => {
  it("R8 goes on after a kill: stale locks, half-written indexes and half-made stores", async () => {
    const repo = repoShapes["one commit"](folder);
    const clean = await treeNow(repo);
    const dir = path.join(folder.path, "stores", "prj_1.git");
    const index = path.join(dir, "copies", "wcp_1.index");
    writeFileSync(`${index}.lock`, "half");
    repo.write("a.txt", "next\n");
    const next = await treeNow(repo);
    expect(next).not.toBe(clean);
    truncateSync(index, statSync(index).size - 30);
    await store.dispose();
    store = openStore();
    expect(await treeNow(repo)).toBe(next);
    expect(existsSync(`${index}.lock`)).toBe(false);
    rmSync(path.join(dir, "HEAD"));
    rmSync(path.join(dir, "info"), { recursive: true });
    rmSync(index);
    await store.dispose();
    store = openStore();
    expect(await treeNow(repo)).toBe(next);
  });

  it("takes snapshots of one copy one after the other", async () => {
    const repo = repoShapes["one commit"](folder);
    const trees = await Promise.all(Array.from({ length: 6 }, () => treeNow(repo)));
    expect(new Set(trees).size).toBe(1);
  });

  it("sees a change that kept size and time", async () => {
    const repo = repoShapes["one commit"](folder);
    const time = statSync(path.join(repo.path, "a.txt")).mtime;
    const before = await treeNow(repo);
    repo.write("a.txt", "one\nTWO\nthree\n");
    utimesSync(path.join(repo.path, "a.txt"), time, time);
    expect(await treeNow(repo)).not.toBe(before);
  });
});

describe("what the project forgets", () => {
  it("keeps a tree again by the commit it has, and anew where the store was taken away", async () => {
    const repo = repoShapes["one commit"](folder);
    const keep = async (): Promise<string> => (await value(store.keep(refOf(repo), await treeNow(repo)))).commit;
    const first = await keep();
    expect(await keep()).toBe(first);
    repo.write("a.txt", "changed\n");
    expect(await keep()).not.toBe(first);
    const [name = ""] = readdirSync(path.join(folder.path, "stores"));
    rmSync(path.join(folder.path, "stores", name), { recursive: true });
    const commit = await keep();
    expect(
      execFileSync("git", ["-C", path.join(folder.path, "stores", name), "cat-file", "-t", commit], {
        env: folder.env,
      }).toString(),
    ).toBe("commit\n");
  });

  it("R67 keeps a checkpoint whole through gc --prune=now, a rewritten history and a pruned worktree", async () => {
    const repo = repoShapes["one commit"](folder);
    repo.write("history", "only in the first commit\n");
    repo.commit();
    const tree = await treeNow(repo);
    await value(store.keep(refOf(repo), tree));
    await value(store.secure(refOf(repo)));
    repo.git("checkout", "--quiet", "--orphan", "fresh");
    repo.git("rm", "-rqf", ".");
    repo.write("other", "x\n");
    repo.commit();
    repo.git("branch", "-D", "main");
    repo.git("reflog", "expire", "--expire=now", "--all");
    repo.git("gc", "--quiet", "--prune=now");
    const [entry] = await value(store.entries(refOf(repo), tree, ["history"]));
    expect(() => repo.git("cat-file", "-e", entry?.oid ?? "")).toThrow();
    expect((await value(store.readBlob(refOf(repo), entry?.oid ?? "", 100))).toString()).toBe("only in the first commit\n");
    expect(await changes(repo, tree, await treeNow(repo))).toContain("delete history");
  });

  it("R67 makes the index anew where the project took what it borrowed before it was kept", async () => {
    const repo = repoShapes["one commit"](folder);
    repo.write("dir/history", "h\n");
    repo.commit();
    await treeNow(repo);
    rmSync(path.join(repo.path, ".git", "objects"), { recursive: true });
    mkdirSync(path.join(repo.path, ".git", "objects"));
    repo.write("dir/b.txt", "changed\n");
    const tree = await treeNow(repo);
    for (const entry of await value(store.entries(refOf(repo), tree, ["a.txt", "dir/history", "dir/b.txt"])))
      expect((await value(store.readBlob(refOf(repo), entry.oid, 100))).length).toBeGreaterThan(0);
    expect((await value(store.entries(refOf(repo), tree, ["dir/history"]))).length).toBe(1);
  });
});

describe("trees and blobs", () => {
  it("puts entries into a tree and takes them out", async () => {
    const repo = repoShapes["one commit"](folder);
    const tree = await treeNow(repo);
    const oid = await value(store.writeBlob(refOf(repo), Buffer.from("made\r\n")));
    const edited = await value(
      store.editTree(refOf(repo), tree, [
        { path: "dir/b.txt", mode: "100644", oid: null },
        { path: "dir", mode: "100755", oid },
        { path: "bytes-\udcff", mode: "100644", oid },
      ]),
    );
    expect(await changes(repo, tree, edited, { renames: false })).toEqual([
      "create bytes-\udcff",
      "create dir",
      "delete dir/b.txt",
    ]);
    expect(await treeNow(repo)).toBe(tree);
  });

  it("merges blobs that differ apart, and says when they don't", async () => {
    const repo = repoShapes["one commit"](folder);
    const blob = (text: string) => value(store.writeBlob(refOf(repo), Buffer.from(text)));
    const base = await blob("1\n2\n3\n4\n5\n");
    const ours = await blob("one\n2\n3\n4\n5\n");
    const theirs = await blob("1\n2\n3\n4\nfive\n");
    const merged = await value(store.mergeBlobs(refOf(repo), base, ours, theirs));
    expect("oid" in merged ? (await value(store.readBlob(refOf(repo), merged.oid, 100))).toString() : merged).toBe(
      "one\n2\n3\n4\nfive\n",
    );
    expect(await value(store.mergeBlobs(refOf(repo), base, ours, await blob("uno\n2\n3\n4\n5\n")))).toEqual({ conflict: true });
    const binary = [await blob("\0a"), await blob("\0b"), await blob("\0c")] as const;
    expect(await value(store.mergeBlobs(refOf(repo), ...binary))).toEqual({ conflict: true });
    expect(await value(store.mergeBlobs(refOf(repo), binary[0], binary[0], binary[2]))).toEqual({ oid: binary[2] });
    expect(await value(store.mergeBlobs(refOf(repo), "0".repeat(40), ours, theirs))).toEqual({ conflict: true });
  });
});
