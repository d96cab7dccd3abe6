import type { CheckpointRecord } from "../store/checkpoints.ts";

/** A change that agents, or an earlier restore, made: from one tree to another. What lies between two is a person's. */
export type Step = { before: string; after: string };

/**
 * The steps since a checkpoint, oldest first. Runs that overlapped can't be told apart and are one step, from before
 * the first to after the last; a run that was going on when the checkpoint was taken begins there.
 */
export function stepsSince(newestFirst: readonly CheckpointRecord[], target: CheckpointRecord): Step[] {
  const at = newestFirst.findIndex((row) => row.id === target.id);
  const rows = newestFirst
    .slice(0, at + 1)
    .toReversed()
    .filter((row) => row.place === target.place);
  let steps: Step[] = [];
  let going = new Set<string | null>();
  let start: string | null = null;
  let last: string | null = null;
  for (const row of rows) {
    if (row.restoredId !== null && row.resultTree !== null) steps.push({ before: row.revisionId, after: row.resultTree });
    if (row.kind === "before-run") {
      start = going.size === 0 ? row.revisionId : start;
      going.add(row.runId);
    }
    if (row.kind !== "after-run" || row.id === target.id) continue;
    if (!going.delete(row.runId)) {
      steps = [];
      start = target.revisionId;
      going = new Set();
    }
    last = row.revisionId;
    if (going.size > 0 || start === null) continue;
    steps.push({ before: start, after: last });
    [start, last] = [null, null];
  }
  // A run whose end was never kept: what is known of it ends with the last one beside it.
  if (start !== null && last !== null) steps.push({ before: start, after: last });
  return steps;
}
