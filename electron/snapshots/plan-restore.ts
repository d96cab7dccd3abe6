import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { RestoreMode } from "../../shared/contract/checkpoints.ts";
import { mergeTrees } from "../file-sets/merge-trees.ts";
import { mergeVersions } from "../file-sets/merge.ts";
import type { Conflict, ConflictWords, Target } from "../file-sets/plan.ts";
import { sameVersion, type Version } from "../file-sets/three-way.ts";
import { onlyPaths, type TreeChange } from "../git/diff-tree.ts";
import { mapInSlices, nextTurn } from "../lib/slices.ts";
import type { TreeEdit } from "./edits-since.ts";
import type { CopyRef, SnapshotStore } from "./snapshot-store.ts";

export type RestoreRequest = {
  /** The copy as it is. */
  current: string;
  target: string;
  mode: RestoreMode;
  /** What agents and earlier restores did since the target was taken, oldest first (see edits-since.ts). */
  edits: readonly TreeEdit[];
  /** Paths that a snapshot on either side left out; those aren't ours to write or delete. */
  leftOut: { atTarget: readonly string[]; now: readonly string[] };
};

export type WantedFiles = { targets: Target[]; conflicts: Conflict[] };

/** Where an edit that is taken back meets a person's own. */
const clashes: Record<Exclude<keyof ConflictWords, "changing" | "in-the-way" | "left-out">, string> = {
  submodule: "It is a submodule: set it with git.",
  "deleted-in-ours": "It was deleted by hand since.",
  "deleted-in-theirs": "It wasn't there then, and was changed by hand since.",
  "made-in-both": "It was made by hand since, and was another file then.",
  link: "It is a link that was changed by hand since.",
  "same-place": "The same place was changed by hand since.",
};

/** Where the result meets what is on the disk, and no snapshot has. */
export const restoreWords: ConflictWords = {
  ...clashes,
  "left-out": "A file that checkpoints leave out is in its place.",
  changing: "It is being changed.",
  "in-the-way": "Something that isn't a file is in its place.",
};

type Change = { path: string; from: Version; to: Version };

/**
 * What restoring wants to be in the files, with nothing touched yet. Exactly: every file becomes what it was. Else edits
 * are taken back from the latest to the first, as a revert of each would: where a person edited the same file, three ways;
 * where that can't be done the file stays, and is told.
 */
export async function filesToRestore(
  snapshots: SnapshotStore,
  copy: CopyRef,
  request: RestoreRequest,
): Promise<Result<WantedFiles, Failure>> {
  const found =
    request.mode === "exact" ? await plainDifferences(snapshots, copy, request) : await takeBack(snapshots, copy, request);
  if (!found.ok) return found;
  await nextTurn();
  const differing = found.value.changes.filter(({ from, to }) => !sameVersion(from, to));
  // What would be deleted and was ignored then isn't ours; nor is what is ignored now, which the writer keeps to.
  const deleted = differing.filter(({ to }) => to === null).map(({ path }) => path);
  const ignored = await snapshots.ignoredAt(copy, request.target, deleted);
  if (!ignored.ok) return ignored;
  await nextTurn();
  const leftOut = new Set([...request.leftOut.atTarget, ...ignored.value]);
  const wanted: WantedFiles = { targets: [], conflicts: [...found.value.conflicts] };
  for (const { path, from, to } of differing) {
    if (leftOut.has(path)) continue;
    if (isBlocked(path, request.leftOut.now))
      wanted.conflicts.push({ path, reason: "A file that is too large for checkpoints, or a repository, is in its place." });
    else wanted.targets.push({ path, base: from, ours: from, theirs: to });
  }
  return ok(wanted);
}

function isBlocked(path: string, leftOutNow: readonly string[]): boolean {
  return leftOutNow.some((other) => other === path || (other.endsWith("/") && path.startsWith(other)));
}

type Differences = Result<{ changes: Change[]; conflicts: Conflict[] }, Failure>;

async function plainDifferences(
  snapshots: SnapshotStore,
  copy: CopyRef,
  { current, target }: RestoreRequest,
): Promise<Differences> {
  const changes = await snapshots.diff(copy, current, target, onlyPaths);
  return changes.ok ? ok({ changes: await mapInSlices(changes.value, toChange), conflicts: [] }) : changes;
}

async function takeBack(snapshots: SnapshotStore, copy: CopyRef, { current, edits }: RestoreRequest): Promise<Differences> {
  const undone: Change[] = [];
  for (const edit of edits.toReversed()) {
    const from = await broughtAlong(snapshots, copy, edit);
    if (!from.ok) return from;
    const own = await snapshots.ownChanges(copy, from.value, edit.after, { isNow: false, ...onlyPaths });
    if (!own.ok) return own;
    undone.push(...own.value.changes.map(toChange).map(({ path, from, to }) => ({ path, from: to, to: from })));
  }
  const paths = [...new Set(undone.map((change) => change.path))];
  const present = await snapshots.entries(copy, current, paths);
  if (!present.ok) return present;
  const now = new Map<string, Version>(present.value.map(({ path, mode, oid }) => [path, { mode, oid }]));
  const result = new Map(now);
  const conflicts = new Map<string, string>();
  for (const { path, from, to } of undone) {
    if (conflicts.has(path)) continue;
    const merged = await mergeVersions(snapshots, copy, { base: from, ours: result.get(path) ?? null, theirs: to });
    if (!merged.ok) return merged;
    if ("clash" in merged.value) conflicts.set(path, clashes[merged.value.clash]);
    else result.set(path, merged.value.version);
  }
  return ok({
    changes: paths
      .filter((path) => !conflicts.has(path))
      .map((path) => ({ path, from: now.get(path) ?? null, to: result.get(path) ?? null })),
    conflicts: [...conflicts].map(([path, reason]) => ({ path, reason })),
  });
}

/** The tree before an edit, with what git brought in meanwhile. */
function broughtAlong(snapshots: SnapshotStore, copy: CopyRef, { before, ground }: TreeEdit): Promise<Result<string, Failure>> {
  if (ground === null) return Promise.resolve(ok(before));
  return mergeTrees(snapshots, copy, { base: ground.before, ours: before, theirs: ground.after });
}

function toChange({ path, oldMode, oldOid, newMode, newOid }: TreeChange): Change {
  return { path, from: version(oldMode, oldOid), to: version(newMode, newOid) };
}

function version(mode: string, oid: string): Version {
  return mode === "000000" ? null : { mode, oid };
}
