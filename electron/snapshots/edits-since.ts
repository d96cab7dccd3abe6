import type { RestoreMode } from "../../shared/contract/checkpoints.ts";
import type { CheckpointRecord } from "../store/checkpoints.ts";

/**
 * A change that agents, or an earlier restore, made: from one tree to another. What lies between two is a person's.
 * `ground`: the baselines at both ends; where they differ, git brought something in meanwhile, which is nobody's.
 */
export type TreeEdit = {
  before: string;
  after: string;
  by: "agents" | "restore";
  ground: { before: string; after: string } | null;
};

/** The trees before and after one run. */
export type RunEdit = { runId: string; before: string; after: string };

type End = Pick<CheckpointRecord, "revisionId" | "baselineTree">;

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
    .filter((row) => row.place === target.place && row.folder === target.folder);
  let edits: TreeEdit[] = [];
  let going = new Set<string | null>();
  let start: End | null = null;
  let last: End | null = null;
  for (const row of rows) {
    if (row.restoredId !== null && row.resultTree !== null)
      edits.push({ before: row.revisionId, after: row.resultTree, by: "restore", ground: null });
    if (row.kind === "before-run") {
      start = going.size === 0 ? row : start;
      going.add(row.runId);
    }
    if (row.kind !== "after-run" || row.id === target.id) continue;
    if (!going.delete(row.runId)) {
      edits = [];
      start = target;
      going = new Set();
    }
    last = row;
    if (going.size > 0 || start === null) continue;
    edits.push(toEdit(start, last));
    [start, last] = [null, null];
  }
  // A run whose end was never kept ends with the last one beside it, or with what is there now: rather a person's edit
  // counts as an agent's than the other way round.
  if (start !== null) edits.push(toEdit(start, last ?? { revisionId: now, baselineTree: null }));
  return edits;
}

function toEdit(start: End, last: End): TreeEdit {
  const [before, after] = [start.baselineTree, last.baselineTree];
  const ground = before !== null && after !== null ? { before, after } : null;
  return { before: start.revisionId, after: last.revisionId, by: "agents", ground };
}

/**
 * What was asked for. Else agents' edits are taken back where there are any, and the restores that are to be undone; and
 * only those where git brought something in since, which nobody means to delete.
 */
export function modeOf(
  asked: RestoreMode | null,
  target: Pick<CheckpointRecord, "kind">,
  { edits, gitBrought }: { edits: readonly TreeEdit[]; gitBrought: boolean },
): RestoreMode {
  const byAgents = target.kind === "before-restore" || gitBrought || edits.some(({ by }) => by === "agents");
  return asked ?? (byAgents ? "agents" : "exact");
}
