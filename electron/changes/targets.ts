import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { blocked } from "../file-sets/obstacles.ts";
import type { Conflict, Target } from "../file-sets/plan.ts";
import type { Version } from "../file-sets/three-way.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import { gitFoldersOf } from "../git/git-folders.ts";
import { listUnmerged } from "../git/work-tree.ts";
import { nextTurn } from "../lib/slices.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import type { FileSetRow } from "../store/changes.ts";
import { pathsOf } from "./pending.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";

/** Both ends of one path's change; a rename is two of them. */
type Ends = { path: string; from: Version; to: Version };

export function endsOf(changes: readonly TreeChange[]): Ends[] {
  return changes.flatMap((change) => {
    const from = version(change.oldMode, change.oldOid);
    const to = version(change.newMode, change.newOid);
    const [first, second] = pathsOf(change);
    if (second === undefined || first === undefined) return [{ path: change.path, from, to }];
    return [
      { path: first, from, to: null },
      { path: second, from: null, to },
    ];
  });
}

function version(mode: string, oid: string): Version {
  return /^0*$/.test(mode) ? null : { mode, oid };
}

const unresolved = blocked("It has a merge conflict in the session's copy. Resolve it there and git add it, or abort the merge.");

/**
 * The session's changes as they would be written to the checkout, whose state is `checkoutTree`. What git left in conflict
 * in the session's copy is in the way of itself: its text is both sides with markers between them.
 */
export async function targetsToApply(
  deps: ChangesDeps,
  session: SessionCopy,
  changes: readonly TreeChange[],
  checkoutTree: string,
): Promise<Result<{ targets: Target[]; conflicts: Conflict[] }, Failure>> {
  const ends = endsOf(changes);
  const paths = ends.map((end) => end.path);
  const [unmerged, ours] = await Promise.all([
    unmergedIn(deps, session.copy),
    versionsAt(deps, session.checkout, checkoutTree, paths),
  ]);
  if (!unmerged.ok) return unmerged;
  if (!ours.ok) return ours;
  await nextTurn();
  const stuck = unmerged.value;
  const targets = ends
    .filter(({ path }) => !stuck.has(path))
    .map(({ path, from, to }) => ({ path, base: from, ours: ours.value.get(path) ?? null, theirs: to }));
  const conflicts = paths.filter((path) => stuck.has(path)).map((path) => ({ path, ...unresolved }));
  return ok({ targets, conflicts });
}

async function unmergedIn(deps: ChangesDeps, { path }: CopyRef): Promise<Result<Set<string>, Failure>> {
  if (gitFoldersOf(path).length === 0) return ok(new Set());
  const listed = await listUnmerged(deps.git, { cwd: path, env: {} });
  return listed.ok ? ok(new Set(listed.value)) : failure("GIT_FAILED", listed.error.message);
}

/** The way back from an applied set in the checkout, whose state is `checkoutTree`. */
export async function targetsToRevert(
  deps: ChangesDeps,
  session: SessionCopy,
  entries: FileSetRow["entries"],
  checkoutTree: string,
): Promise<Result<{ targets: Target[] }, Failure>> {
  const paths = entries.map((entry) => entry.path);
  const ours = await versionsAt(deps, session.checkout, checkoutTree, paths);
  if (!ours.ok) return ours;
  const targets = entries.map(({ path, before, after }) => ({
    path,
    base: after,
    ours: ours.value.get(path) ?? null,
    theirs: before,
  }));
  return ok({ targets });
}

export async function versionsAt(
  deps: ChangesDeps,
  copy: CopyRef,
  tree: string,
  paths: string[],
): Promise<Result<Map<string, Version>, Failure>> {
  const entries = await deps.snapshots.entries(copy, tree, paths);
  if (!entries.ok) return entries;
  await nextTurn();
  return ok(new Map(entries.value.map(({ path, mode, oid }) => [path, { mode, oid }])));
}

/** `tree` with these paths as the ends say. */
export function editsTo(ends: readonly { path: string; to: Version }[]): { path: string; mode: string; oid: string | null }[] {
  return ends.map(({ path, to }) => ({ path, mode: to?.mode ?? "0", oid: to?.oid ?? null }));
}
