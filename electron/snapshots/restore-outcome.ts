import type { RestoreMode, RestoreResult } from "../../shared/contract/checkpoints.ts";
import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Conflict } from "../file-sets/plan.ts";
import { onlyPaths, type TreeChange } from "../git/diff-tree.ts";
import type { CheckpointRecord } from "../store/checkpoints.ts";
import type { JournalEntry } from "../store/journal-entry.ts";
import type { CopyRef, SnapshotStore } from "./snapshot-store.ts";

type Ground = { snapshots: SnapshotStore; copy: CopyRef };

/** `now`: the files before the restore; `brought`: paths that git brought in since. */
export type Restoring = { target: CheckpointRecord; mode: RestoreMode; now: string; brought: ReadonlySet<string> };

/** What a restore does to each file, and what isn't as in the checkpoint afterwards though nothing was in its way. */
export async function outcomeOf(
  { snapshots, copy }: Ground,
  restoring: Restoring,
  { entries, conflicts }: { entries: readonly JournalEntry[]; conflicts: readonly Conflict[] },
): Promise<Result<Pick<RestoreResult, "changes" | "kept">, Failure>> {
  const { target, now } = restoring;
  const edits = entries.map(({ path, after }) => ({ path, mode: after?.mode ?? "0", oid: after?.oid ?? null }));
  const result = edits.length === 0 ? ok(now) : await snapshots.editTree(copy, now, edits);
  if (!result.ok) return result;
  const [changes, left] = await Promise.all([
    snapshots.diff(copy, now, result.value, { renames: false }),
    snapshots.diff(copy, result.value, target.revisionId, onlyPaths),
  ]);
  if (!changes.ok) return changes;
  if (!left.ok) return left;
  const told = new Set(conflicts.map(({ path }) => path));
  const kept = left.value.filter(({ path }) => !told.has(path));
  return ok({
    changes: changes.value.map(toRestored),
    kept: kept.map(({ path }) => ({ path, reason: reasonFor(restoring.mode, restoring.brought.has(path)) })),
  });
}

function reasonFor(mode: RestoreMode, brought: boolean): string {
  if (mode === "exact") return "It is ignored, or was then: checkpoints leave it out.";
  return brought ? "Git brought it in since." : "It was edited by hand since.";
}

/** What the baseline got since that nobody applied. `baselineTree`: the one of now, null where that isn't known. */
export async function broughtSince(
  { snapshots, copy }: Ground,
  { target, baselineTree, applied }: { target: CheckpointRecord; baselineTree: string | null; applied: readonly string[] },
): Promise<Result<ReadonlySet<string>, Failure>> {
  const from = target.baselineTree;
  if (from === null || baselineTree === null || from === baselineTree) return ok(new Set());
  const moved = await snapshots.diff(copy, from, baselineTree, onlyPaths);
  if (!moved.ok) return moved;
  const brought = new Set(moved.value.map(({ path }) => path));
  for (const path of applied) brought.delete(path);
  return ok(brought);
}

export function toRestored({ path, operation, additions, deletions, binary }: TreeChange): RestoreResult["changes"][number] {
  return { path, operation: operation === "rename" ? "create" : operation, additions, deletions, binary };
}
