import type { Failure } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";
import type { DiffOptions, TreeChange } from "../git/diff-tree.ts";
import type { Patch } from "../git/file-patch.ts";
import type { TreeEntry } from "../git/trees.ts";
import type { NotCovered } from "../../shared/not-covered.ts";
import type { NotedPermissions } from "./noted-permissions.ts";
import type { OwnChanges, OwnOptions } from "./own-changes.ts";

/** A folder that snapshots are taken of: a session's working copy, or (`copyId` "checkout") the project's own checkout. */
export type CopyRef = { projectId: string; projectPath: string; copyId: string; path: string };

export type SnapshotFailure = Failure<"CHECKPOINT_FAILED" | "DISK_FULL" | "WORKING_COPY_MISSING" | "GIT_FAILED">;

/** A copy at one moment: its tree, and what that leaves out. */
export type Taken = { tree: string; skipped: NotCovered[] };

/** `comparedWith`: the tree whose differences to it are asked for next, which takes less time when it is known. */
export type SnapshotOptions = { comparedWith?: string };

/**
 * A project's store of snapshots: a bare repository of ours that borrows the project's objects. Trees and blobs are
 * named by their object ids. Nothing here reads the project's git configuration, runs its hooks or filters, or touches
 * its index, refs, stash or files. Paths are text as `shared/path-text.ts` makes it.
 */
export type SnapshotStore = {
  /** The copy as it is now, as a tree; files over the limit that are untracked are left out and named. */
  snapshot(copy: CopyRef, options?: SnapshotOptions): Promise<Result<Taken, SnapshotFailure>>;
  /**
   * The git patch of one change of the copy's last snapshot, which was this tree, as it differs from another, if its files
   * are still so. Only they are looked at; null is no proof that something changed. `maxBytes` cuts it.
   */
  patchIfStill(
    copy: CopyRef,
    of: { from: string; tree: string; change: TreeChange },
    maxBytes: number,
  ): Promise<Result<Patch | null, SnapshotFailure>>;
  /** All that a snapshot of the copy, just taken, doesn't hold: what it skipped, and submodules with work inside. */
  notCovered(copy: CopyRef, taken: Taken): Promise<Result<NotCovered[], SnapshotFailure>>;
  /**
   * Keeps a tree for good, by a commit of ours that it returns. The same tree again is kept by the same commit. On the
   * disk when it resolves.
   */
  keep(copy: CopyRef, tree: string): Promise<Result<{ commit: string }, SnapshotFailure>>;
  /** A tree of these contents, to `hold` them by. */
  treeOfBlobs(copy: CopyRef, oids: Iterable<string>): Promise<Result<string, SnapshotFailure>>;
  /** Keeps a tree under a name until `forget`; the name may be given to another tree. On the disk when it resolves. */
  hold(copy: CopyRef, name: string, tree: string): Promise<Result<null, SnapshotFailure>>;
  forget(copy: CopyRef, name: string): Promise<Result<null, SnapshotFailure>>;
  /** Files were written in the copy whose contents the store has: the next snapshot mostly finds what it knows. */
  noteWritten(copy: CopyRef): void;
  /** Whether modes of files on the copy's disk mean anything (`core.fileMode`). */
  looksAtModes(copy: CopyRef): Promise<Result<boolean, SnapshotFailure>>;
  /** Permissions that no tree holds, as the copy's files were last seen. */
  notedPermissions(copy: CopyRef): Promise<Result<NotedPermissions, SnapshotFailure>>;
  /** The tree of a commit-ish of the project ("HEAD"); the empty tree where it has no commits. */
  treeOf(copy: CopyRef, commit: string | null): Promise<Result<string, SnapshotFailure>>;
  /** Differences with renames found, in path order. Counts are 0 for binaries. */
  diff(copy: CopyRef, fromTree: string, toTree: string, options?: DiffOptions): Promise<Result<TreeChange[], SnapshotFailure>>;
  /**
   * What was done from one tree to a later one, with what was ignored at either end left out (see own-changes.ts).
   * `isNow`: the later tree is the copy as it is.
   */
  ownChanges(copy: CopyRef, fromTree: string, toTree: string, options: OwnOptions): Promise<Result<OwnChanges, SnapshotFailure>>;
  /** Of these paths, which the tree doesn't have, those that were ignored where it was taken. */
  ignoredAt(copy: CopyRef, tree: string, paths: readonly string[]): Promise<Result<Set<string>, SnapshotFailure>>;
  /** A git patch of one path (or a rename's two); `maxBytes` cuts it. */
  patch(
    copy: CopyRef,
    fromTree: string,
    toTree: string,
    paths: string[],
    maxBytes: number,
  ): Promise<Result<Patch, SnapshotFailure>>;
  /** The patches of all differences by their paths, each cut at `maxBytes`; null where they are too much together. */
  patches(
    copy: CopyRef,
    fromTree: string,
    toTree: string,
    maxBytes: number,
  ): Promise<Result<Map<string, string> | null, SnapshotFailure>>;
  /** Entries of a tree at these paths; those that aren't there are left out. */
  entries(copy: CopyRef, tree: string, paths: string[]): Promise<Result<TreeEntry[], SnapshotFailure>>;
  readBlob(copy: CopyRef, oid: string, maxBytes: number): Promise<Result<Buffer, SnapshotFailure>>;
  /** As many of these, from the first on, as `maxBytes` hold together. */
  readBlobs(copy: CopyRef, oids: readonly string[], maxBytes: number): Promise<Result<Map<string, Buffer>, SnapshotFailure>>;
  /** Gives a content part by part, none before the one before it was taken. Rejects as `take` does. */
  streamBlob(copy: CopyRef, oid: string, take: (part: Uint8Array) => Promise<void>): Promise<Result<null, SnapshotFailure>>;
  writeBlob(copy: CopyRef, bytes: Uint8Array): Promise<Result<string, SnapshotFailure>>;
  /** `tree` with entries put (oid set) or taken away (oid null). */
  editTree(
    copy: CopyRef,
    tree: string,
    edits: { path: string; mode: string; oid: string | null }[],
  ): Promise<Result<string, SnapshotFailure>>;
  /** Three-way merge of three blobs in memory; `conflict` when it can't be done cleanly (binaries always conflict). */
  mergeBlobs(
    copy: CopyRef,
    base: string,
    ours: string,
    theirs: string,
  ): Promise<Result<{ oid: string } | { conflict: true }, SnapshotFailure>>;
  /** Every folder of a tree, the root left out. */
  foldersOf(copy: CopyRef, tree: string): Promise<Result<string[], SnapshotFailure>>;
  /** Of these paths, those that git ignores in the copy now. */
  ignoredNow(copy: CopyRef, paths: readonly string[]): Promise<Result<string[], SnapshotFailure>>;
  /** Tracked and untracked files that aren't ignored, from the copy's index, as of the last snapshot. */
  listFiles(copy: CopyRef): Promise<Result<string[], SnapshotFailure>>;
};
