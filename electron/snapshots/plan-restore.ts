import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { refusedPath } from "../lib/path-guard.ts";
import type { Step } from "./restore-steps.ts";
import type { CopyRef, SnapshotFailure, SnapshotStore } from "./snapshot-store.ts";

/** One version of a path: null where there is nothing. */
export type Side = { mode: string; oid: string } | null;
/** A path that a restore writes: from what it is to what it becomes. */
export type Entry = { path: string; before: Side; after: Side };
export type RestorePlan = { entries: Entry[]; conflicts: { path: string; reason: string }[] };

export type RestoreRequest = {
  /** The copy as it is. */
  current: string;
  target: string;
  /** What agents and earlier restores did since the target was taken, oldest first (see restore-steps.ts). */
  steps: readonly Step[];
  /** Paths that a snapshot on either side left out; those aren't ours to write or delete. */
  leftOut: { atTarget: readonly string[]; now: readonly string[] };
};

type Planned = Result<RestorePlan, SnapshotFailure | Failure<"PATH_REFUSED">>;

/**
 * What restoring writes, with nothing touched yet. Steps are taken back from the latest to the first, as a revert of
 * each would: where a person edited the same file, three ways; where that can't be done the file stays, and is told.
 * With no steps there is nobody's work to keep apart, and every file becomes what it was.
 */
export async function planRestore(snapshots: SnapshotStore, copy: CopyRef, request: RestoreRequest): Promise<Planned> {
  const wanted =
    request.steps.length === 0 ? await plainDifferences(snapshots, copy, request) : await takeBack(snapshots, copy, request);
  if (!wanted.ok) return wanted;
  const leftOut = new Set(request.leftOut.atTarget);
  const entries = wanted.value.entries.filter((entry) => !leftOut.has(entry.path) && !same(entry.before, entry.after));
  const refused = entries.flatMap(({ path }) => {
    const reason = refusedPath(path);
    return reason === null ? [] : [{ path, reason }];
  });
  if (refused[0])
    return failure("PATH_REFUSED", `Nothing was restored: ${refused[0].path}: ${refused[0].reason}`, { data: { refused } });
  const plan: RestorePlan = { entries: [], conflicts: [...wanted.value.conflicts] };
  for (const entry of entries) {
    const reason = obstacle(entry, request.leftOut.now);
    if (reason === null) plan.entries.push(entry);
    else plan.conflicts.push({ path: entry.path, reason });
  }
  // What goes away goes first, so that a folder can become a file and back.
  plan.entries.sort((a, b) => Number(a.after !== null) - Number(b.after !== null));
  return ok(plan);
}

function obstacle(entry: Entry, leftOutNow: readonly string[]): string | null {
  if (entry.before?.mode === "160000" || entry.after?.mode === "160000") return "It is a submodule: set it with git.";
  const blocked = leftOutNow.some((path) => path === entry.path || (path.endsWith("/") && entry.path.startsWith(path)));
  return blocked ? "A file that is too large for checkpoints, or a repository, is in its place." : null;
}

async function plainDifferences(
  snapshots: SnapshotStore,
  copy: CopyRef,
  { current, target }: RestoreRequest,
): Promise<Result<RestorePlan, SnapshotFailure>> {
  const changes = await changesOf(snapshots, copy, current, target);
  return changes.ok ? ok({ entries: changes.value, conflicts: [] }) : changes;
}

async function takeBack(
  snapshots: SnapshotStore,
  copy: CopyRef,
  { current, steps }: RestoreRequest,
): Promise<Result<RestorePlan, SnapshotFailure>> {
  const undone: Entry[][] = [];
  for (const step of steps.toReversed()) {
    const changes = await changesOf(snapshots, copy, step.after, step.before);
    if (!changes.ok) return changes;
    undone.push(changes.value);
  }
  const paths = [...new Set(undone.flat().map((change) => change.path))];
  const present = await snapshots.entries(copy, current, paths);
  if (!present.ok) return present;
  const now = new Map<string, Side>(present.value.map(({ path, mode, oid }) => [path, { mode, oid }]));
  const result = new Map(now);
  const conflicts = new Map<string, string>();
  for (const change of undone.flat()) {
    if (conflicts.has(change.path)) continue;
    const side = await mergeSides(snapshots, copy, {
      base: change.before,
      ours: result.get(change.path) ?? null,
      theirs: change.after,
    });
    if (!side.ok) return side;
    if (typeof side.value === "string") conflicts.set(change.path, side.value);
    else result.set(change.path, side.value);
  }
  return ok({
    entries: paths
      .filter((path) => !conflicts.has(path))
      .map((path) => ({ path, before: now.get(path) ?? null, after: result.get(path) ?? null })),
    conflicts: [...conflicts].map(([path, reason]) => ({ path, reason })),
  });
}

/** `ours` with what leads from `base` to `theirs`, or the reason why not. */
async function mergeSides(
  snapshots: SnapshotStore,
  copy: CopyRef,
  { base, ours, theirs }: { base: Side; ours: Side; theirs: Side },
): Promise<Result<Side | string, SnapshotFailure>> {
  if (same(ours, base)) return ok(theirs);
  if (same(ours, theirs)) return ok(ours);
  if (!ours) return ok("It was deleted by hand since.");
  if (!theirs) return ok("It wasn't there then, and was changed by hand since.");
  if (!base) return ok("It was made by hand since, and was another file then.");
  if ([base, ours, theirs].some((side) => !side.mode.startsWith("100")))
    return ok("It is a link or a submodule that was changed by hand since.");
  const merged = await snapshots.mergeBlobs(copy, base.oid, ours.oid, theirs.oid);
  if (!merged.ok) return merged;
  if ("conflict" in merged.value) return ok("The same place was changed by hand since.");
  return ok({ mode: ours.mode === base.mode ? theirs.mode : ours.mode, oid: merged.value.oid });
}

async function changesOf(
  snapshots: SnapshotStore,
  copy: CopyRef,
  from: string,
  to: string,
): Promise<Result<Entry[], SnapshotFailure>> {
  const changes = await snapshots.diff(copy, from, to, { renames: false });
  if (!changes.ok) return changes;
  return ok(
    changes.value.map(({ path, oldMode, oldOid, newMode, newOid }) => ({
      path,
      before: side(oldMode, oldOid),
      after: side(newMode, newOid),
    })),
  );
}

function side(mode: string, oid: string): Side {
  return mode === "000000" ? null : { mode, oid };
}

export function same(a: Side, b: Side): boolean {
  return a === null || b === null ? a === b : a.mode === b.mode && a.oid === b.oid;
}
