import type { CheckpointRecord } from "../store/checkpoints.ts";

/** A change that agents, or an earlier restore, made: from one tree to another. What lies between two is a person's. */
export type TreeEdit = { before: string; after: string };

/**
 * The edits since a checkpoint, oldest first. Runs that overlapped can't be told apart and are one edit, from before
 * the first to after the last; a run that was going on when the checkpoint was taken begins there. `now`: the tree that
 * the folder has.
 */
export function editsSince(newestFirst: readonly CheckpointRecord[], target: CheckpointRecord, now: string): TreeEdit[] {
  const at = newestFirst.findIndex((row) => row.id === target.id);
  const rows = newestFirst
    .slice(0, at + 1)
    .toReversed()
    .filter((row) => row.place === target.place);
  let edits: TreeEdit[] = [];
  let going = new Set<string | null>();
  let start: string | null = null;
  let last: string | null = null;
  for (const row of rows) {
    if (row.restoredId !== null && row.resultTree !== null) edits.push({ before: row.revisionId, after: row.resultTree });
    if (row.kind === "before-run") {
      start = going.size === 0 ? row.revisionId : start;
      going.add(row.runId);
    }
    if (row.kind !== "after-run" || row.id === target.id) continue;
    if (!going.delete(row.runId)) {
      edits = [];
      start = target.revisionId;
      going = new Set();
    }
    last = row.revisionId;
    if (going.size > 0 || start === null) continue;
    edits.push({ before: start, after: last });
    [start, last] = [null, null];
  }
  // A run whose end was never kept ends with the last one beside it, or with what is there now: rather a person's edit
  // counts as an agent's than the other way round.
  if (start !== null) edits.push({ before: start, after: last ?? now });
  return edits;
}
