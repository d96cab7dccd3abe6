import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import { isoTime } from "../lib/clock.ts";
import type { Store } from "./open.ts";

type Row = {
  id: string;
  session_id: string;
  run_id: string | null;
  kind: Checkpoint["kind"];
  label: string | null;
  tree: string;
  commit_id: string;
  skipped: string;
  place: CheckpointOf;
  restored_id: string | null;
  result_tree: string | null;
  created_at: number;
};

/** What was kept: the session's working copy, or the project's own checkout. */
export type CheckpointOf = "working-copy" | "checkout";

/**
 * A checkpoint with what a restore needs to know. On one taken before a restore, `restoredId` says which was restored,
 * and `resultTree` what came of it; null while that goes on, or where it was cut off.
 */
export type CheckpointRecord = Checkpoint & { place: CheckpointOf; restoredId: string | null; resultTree: string | null };

export type NewCheckpoint = {
  id: string;
  sessionId: string;
  runId: string | null;
  kind: Checkpoint["kind"];
  label: string | null;
  tree: string;
  commit: string;
  skipped: Checkpoint["skipped"];
  place: CheckpointOf;
  restoredId: string | null;
  createdAt: number;
};

/** Sole writer of `checkpoints`. */
export type CheckpointRepository = ReturnType<typeof createCheckpointRepository>;

export function createCheckpointRepository(store: Store) {
  const { sqlite } = store;
  const insert = sqlite.prepare(
    `INSERT INTO checkpoints (id, session_id, run_id, kind, label, tree, commit_id, skipped, place, restored_id, created_at)
     VALUES (@id, @sessionId, @runId, @kind, @label, @tree, @commit, @skipped, @place, @restoredId, @createdAt)`,
  );
  const byId = sqlite.prepare<[string], Row>("SELECT * FROM checkpoints WHERE id = ?");
  const ofSession = sqlite.prepare<[string], Row>("SELECT * FROM checkpoints WHERE session_id = ? ORDER BY rowid DESC");
  const setResult = sqlite.prepare("UPDATE checkpoints SET result_tree = ? WHERE id = ?");
  const cutOff = sqlite.prepare<[], Row>(
    "SELECT * FROM checkpoints WHERE restored_id IS NOT NULL AND result_tree IS NULL ORDER BY rowid",
  );
  return {
    insert(checkpoint: NewCheckpoint): void {
      // A run's is told by an event right behind it, which brings both to the disk.
      const write = (): unknown => insert.run({ ...checkpoint, skipped: JSON.stringify(checkpoint.skipped) });
      if (checkpoint.runId === null) store.durably(write);
      else store.quickly(write);
    },
    find(id: string): CheckpointRecord | null {
      const row = byId.get(id);
      return row ? toRecord(row) : null;
    },
    /** Newest first. */
    list: (sessionId: string): CheckpointRecord[] => ofSession.all(sessionId).map(toRecord),
    setResult(id: string, tree: string): void {
      store.durably(() => setResult.run(tree, id));
    },
    /** Restores that were begun and not ended, oldest first. */
    listCutOff: (): CheckpointRecord[] => cutOff.all().map(toRecord),
  };
}

function toRecord(row: Row): CheckpointRecord {
  return {
    id: row.id,
    sessionId: row.session_id,
    runId: row.run_id,
    kind: row.kind,
    label: row.label,
    revisionId: row.tree,
    skipped: JSON.parse(row.skipped) as Checkpoint["skipped"],
    createdAt: isoTime(row.created_at),
    place: row.place,
    restoredId: row.restored_id,
    resultTree: row.result_tree,
  };
}
