import { existsSync } from "node:fs";
import { failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { diffTrees, patchOf } from "../git/diff-tree.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { commitTree, deleteRef, readBlob, setRef, writeBlob } from "../git/objects.ts";
import type { GitPlace } from "../git/place.ts";
import { gitFailureIsFull, gitMessage } from "../git/repository.ts";
import { listTree, treeOfCommit } from "../git/trees.ts";
import { listIndexed } from "../git/work-tree.ts";
import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Log } from "../lib/log.ts";
import { editTree } from "./edit-tree.ts";
import { mergeBlobs } from "./merge-blobs.ts";
import { checkpointRefs, secureBorrowed } from "./secure.ts";
import type { CopyRef, SnapshotFailure, SnapshotStore } from "./snapshot-store.ts";
import { openStoreFolder, type StoreFolder } from "./store-folder.ts";
import { takeSnapshot } from "./take-snapshot.ts";

/**
 * Owns the projects' stores below `storesDir`. One command at a time writes an index; work in the background (bringing
 * borrowed objects in) is waited for by `dispose`, and does no harm where it is cut off.
 */
export type GitSnapshotStore = SnapshotStore & {
  /** Brings in what kept trees of the project still borrow from it; done by itself a moment after `keep`. */
  secure(copy: CopyRef): Promise<Result<null, SnapshotFailure>>;
  dispose(): Promise<void>;
};

const defaultMaxUntrackedBytes = 5 * 1024 * 1024;
const secureDelayMs = 3000;

export function createSnapshotStore(deps: {
  git: Git;
  storesDir: string;
  clock: Clock;
  log: Log;
  maxUntrackedBytes?: number;
}): GitSnapshotStore {
  const { git, clock, log } = deps;
  const queue = new KeyedQueue();
  const folders = new Map<string, StoreFolder>();
  const trees = new Map<string, string>();
  const lastKept = new Map<string, { tree: string; commit: string }>();
  const waiting = new Map<string, () => void>();
  const securing = new Set<Promise<unknown>>();
  let disposed = false;

  function open(copy: CopyRef): Promise<Result<StoreFolder, GitFailure>> {
    const key = `${copy.projectId}\0${copy.projectPath}`;
    return queue.run(`open ${copy.projectId}`, async () => {
      const known = folders.get(key);
      if (known && existsSync(known.dir)) return ok(known);
      const opened = await openStoreFolder(git, deps.storesDir, copy);
      if (opened.ok) folders.set(key, opened.value);
      // It may have been made anew.
      for (const of of lastKept.keys()) if (of.startsWith(`${copy.projectId} `)) lastKept.delete(of);
      return opened;
    });
  }

  /** Opens the project's store, does one thing there, and says in closed codes why it couldn't. */
  async function within<T>(
    copy: CopyRef,
    code: "GIT_FAILED" | "CHECKPOINT_FAILED",
    work: (place: GitPlace, folder: StoreFolder) => Promise<Result<T, GitFailure>>,
  ): Promise<Result<T, SnapshotFailure>> {
    if (!existsSync(copy.path)) return failure("WORKING_COPY_MISSING", `${copy.path} isn't there`);
    const folder = await open(copy);
    const done = folder.ok ? await work(folder.value.place(copy), folder.value) : folder;
    if (done.ok) return done;
    if (gitFailureIsFull(done.error)) return failure("DISK_FULL", "No room left for a checkpoint");
    if (!existsSync(copy.path)) return failure("WORKING_COPY_MISSING", `${copy.path} isn't there`);
    return failure(code, gitMessage(code === "GIT_FAILED" ? "git could not do it" : "No checkpoint could be made", done.error));
  }

  function secure(copy: CopyRef): Promise<Result<null, SnapshotFailure>> {
    waiting.get(copy.projectId)?.();
    waiting.delete(copy.projectId);
    const work = queue.run(`secure ${copy.projectId}`, () =>
      within(copy, "CHECKPOINT_FAILED", (place, folder) => secureBorrowed(git, folder, place)),
    );
    securing.add(work);
    return work.finally(() => securing.delete(work));
  }

  async function underRef(
    place: GitPlace,
    tree: string,
    nameOf: (commit: string) => string,
  ): Promise<Result<string, GitFailure>> {
    const commit = await commitTree(git, place, tree, Math.floor(clock.now() / 1000));
    if (!commit.ok) return commit;
    const set = await setRef(git, place, checkpointRefs + nameOf(commit.value), commit.value);
    return set.ok ? commit : set;
  }

  function secureSoon(copy: CopyRef): void {
    if (disposed || waiting.has(copy.projectId)) return;
    const cancel = clock.after(secureDelayMs, () => {
      void secure(copy).then((done) => {
        if (!done.ok) log.warn("checkpoint.secure.failed", { code: done.error.code, projectId: copy.projectId });
      });
    });
    waiting.set(copy.projectId, cancel);
  }

  const snapshot: SnapshotStore["snapshot"] = (copy, { likelySame = false } = {}) =>
    queue.run(`copy ${copy.copyId}`, () =>
      within(copy, "CHECKPOINT_FAILED", async (_place, folder) => {
        folder.refreshExcludes();
        const key = `${copy.copyId}\0${copy.path}`;
        const knownTree = existsSync(folder.indexOf(copy)) ? (trees.get(key) ?? null) : null;
        trees.delete(key);
        const taken = await takeSnapshot(git, folder, copy, {
          maxUntrackedBytes: deps.maxUntrackedBytes ?? defaultMaxUntrackedBytes,
          knownTree,
          likelySame,
        });
        if (taken.ok) trees.set(key, taken.value.tree);
        return taken;
      }),
    );

  return {
    snapshot,
    keep: (copy, tree) =>
      within(copy, "CHECKPOINT_FAILED", async (place) => {
        // The checkpoint before a run mostly has the tree of the one after the last.
        const of = `${copy.projectId} ${copy.copyId}`;
        const known = lastKept.get(of);
        if (known?.tree === tree) return ok({ commit: known.commit });
        const commit = await underRef(place, tree, (made) => made);
        if (!commit.ok) return commit;
        lastKept.set(of, { tree, commit: commit.value });
        secureSoon(copy);
        return ok({ commit: commit.value });
      }),
    hold: (copy, name, tree) =>
      within(copy, "CHECKPOINT_FAILED", async (place) => {
        const commit = await underRef(place, tree, () => name);
        if (commit.ok) secureSoon(copy);
        return commit.ok ? ok(null) : commit;
      }),
    forget: (copy, name) => within(copy, "GIT_FAILED", (place) => deleteRef(git, place, checkpointRefs + name)),
    treeOf: (copy, commit) =>
      within(copy, "GIT_FAILED", async (place) => {
        const tree = commit === null ? ok(null) : await treeOfCommit(git, { cwd: copy.path, env: {} }, commit);
        if (!tree.ok || tree.value !== null) return tree.ok ? ok(tree.value ?? "") : tree;
        const empty = await git.run(["mktree"], place);
        return empty.ok ? ok(empty.value.stdout.toString("latin1").trim()) : empty;
      }),
    diff: (copy, from, to, options) => within(copy, "GIT_FAILED", (place) => diffTrees(git, place, from, to, options)),
    patch: (copy, from, to, paths, maxBytes) =>
      within(copy, "GIT_FAILED", (place) => patchOf(git, place, from, to, paths, maxBytes)),
    entries: (copy, tree, paths) => within(copy, "GIT_FAILED", (place) => listTree(git, place, tree, paths)),
    readBlob: (copy, oid, maxBytes) => within(copy, "GIT_FAILED", (place) => readBlob(git, place, oid, maxBytes)),
    writeBlob: (copy, bytes) => within(copy, "GIT_FAILED", (place) => writeBlob(git, place, bytes)),
    editTree: (copy, tree, edits) => within(copy, "GIT_FAILED", (place, folder) => editTree(git, place, folder.dir, tree, edits)),
    mergeBlobs: (copy, base, ours, theirs) =>
      within(copy, "GIT_FAILED", (place, folder) => mergeBlobs(git, place, folder.dir, { base, ours, theirs })),
    async listFiles(copy) {
      const folder = await within(copy, "GIT_FAILED", (_place, opened) => Promise.resolve(ok(opened)));
      if (!folder.ok) return folder;
      const taken = existsSync(folder.value.indexOf(copy)) ? ok(null) : await snapshot(copy);
      return taken.ok ? within(copy, "GIT_FAILED", (place) => listIndexed(git, place)) : taken;
    },
    secure,
    async dispose() {
      disposed = true;
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
      await Promise.allSettled(securing);
    },
  };
}
