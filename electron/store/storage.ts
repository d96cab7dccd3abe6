import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import type { CheckpointOf } from "./checkpoints.ts";
import type { Store } from "./open.ts";

export type SessionUse = {
  id: string;
  projectId: string;
  title: string;
  createdAt: number;
  removedAt: number | null;
  checkpoints: number;
  oldestCheckpointAt: number | null;
  /** Runs that haven't ended. */
  openRuns: number;
};

export type KeptCheckpoint = {
  id: string;
  sessionId: string;
  runId: string | null;
  kind: Checkpoint["kind"];
  place: CheckpointOf;
  tree: string;
  resultTree: string | null;
  restoredId: string | null;
  createdAt: number;
};

/** A written set whose contents are needed: it may be taken out again, or isn't finished. */
export type NeededSet = { id: string; baselineBefore: string | null; baselineAfter: string | null };

/**
 * What takes room, over the tables of others, and the one place where rows are deleted for good. Raw statements: joins
 * and sums over many tables, by sizes that SQLite knows without reading them (`octet_length`).
 */
export class StorageRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** All sessions, deleted ones included, oldest first. */
  sessions(): SessionUse[] {
    return this.#store.sqlite
      .prepare<[], SessionUse>(
        `SELECT s.id, s.project_id AS projectId, s.title, s.created_at AS createdAt, s.removed_at AS removedAt,
           coalesce(c.n, 0) AS checkpoints, c.oldest AS oldestCheckpointAt,
           coalesce(r.n, 0) AS openRuns
         FROM sessions s
         LEFT JOIN (SELECT session_id AS id, count(*) AS n, min(created_at) AS oldest FROM checkpoints GROUP BY session_id) c
           ON c.id = s.id
         LEFT JOIN (SELECT session_id AS id, count(*) AS n FROM runs WHERE ended_at IS NULL GROUP BY session_id) r ON r.id = s.id
         ORDER BY s.created_at, s.id`,
      )
      .all();
  }

  /** One session at a time: a sum over all events would hold up everything else. */
  eventsBytes(sessionId: string): number {
    return (
      this.#store.sqlite
        .prepare<[string], number | null>(
          `SELECT sum(octet_length(payload)) FROM run_events WHERE run_id IN (SELECT id FROM runs WHERE session_id = ?)`,
        )
        .pluck()
        .get(sessionId) ?? 0
    );
  }

  /** The session of every run. */
  runs(): Map<string, string> {
    const rows = this.#store.sqlite
      .prepare<[], { id: string; session: string }>("SELECT id, session_id AS session FROM runs")
      .all();
    return new Map(rows.map(({ id, session }) => [id, session]));
  }

  /** In the order they were taken. */
  checkpoints(projectId: string): KeptCheckpoint[] {
    return this.#store.sqlite
      .prepare<[string], KeptCheckpoint>(
        `SELECT c.id, c.session_id AS sessionId, c.run_id AS runId, c.kind, c.place, c.tree, c.result_tree AS resultTree,
           c.restored_id AS restoredId, c.created_at AS createdAt
         FROM checkpoints c JOIN sessions s ON s.id = c.session_id WHERE s.project_id = ? ORDER BY c.rowid`,
      )
      .all(projectId);
  }

  neededSets(projectId: string): NeededSet[] {
    return this.#store.sqlite
      .prepare<[string], NeededSet>(
        `SELECT a.id, a.baseline_before AS baselineBefore, a.baseline_after AS baselineAfter
         FROM applies a JOIN sessions s ON s.id = a.session_id WHERE s.project_id = ? AND a.state IN ('planned', 'writing', 'done')`,
      )
      .all(projectId);
  }

  deleteCheckpoints(ids: readonly string[]): void {
    const one = this.#store.sqlite.prepare("DELETE FROM checkpoints WHERE id = ?");
    this.#store.write(() => ids.forEach((id) => one.run(id)));
  }

  /** One run at a time, so that nothing else waits long. */
  deleteEvents(runId: string): void {
    const events = this.#store.sqlite.prepare("DELETE FROM run_events WHERE run_id = ?");
    this.#store.write(() => events.run(runId));
  }

  /** What is left of a deleted session besides its row and its runs' rows. */
  deleteReviews(sessionId: string): void {
    this.#store.write(() => {
      for (const table of ["applies", "change_attributions", "change_reviews"])
        this.#store.sqlite.prepare(`DELETE FROM ${table} WHERE session_id = ?`).run(sessionId);
    });
  }
}
