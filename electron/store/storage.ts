import { and, asc, count, eq, inArray, isNull, min, sql } from "drizzle-orm";
import { rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import type { WorkingCopyRow } from "./working-copies.ts";
import { applies, changeAttributions, changeReviews, checkpoints } from "./tables/review.ts";
import { mcpSwitches, transcriptLines } from "./tables/programs.ts";
import { chats, runEvents, runs, sessions } from "./tables/work.ts";

export type SessionUse = Pick<typeof sessions.$inferSelect, "id" | "projectId" | "title" | "createdAt" | "removedAt"> & {
  checkpoints: number;
  oldestCheckpointAt: number | null;
  /** Runs that haven't ended. */
  openRuns: number;
};

export type KeptCheckpoint = Pick<
  typeof checkpoints.$inferSelect,
  "id" | "sessionId" | "runId" | "kind" | "place" | "tree" | "resultTree" | "restoredId" | "createdAt"
>;

/** A written set whose contents are needed: it may be taken out again, or isn't finished. */
export type NeededSet = Pick<typeof applies.$inferSelect, "id" | "baselineBefore" | "baselineAfter">;

/** What takes room, over the tables of others, and the one place where rows are deleted for good. */
export class StorageRepository {
  readonly #store: Store;
  readonly #orm;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
  }

  /** All sessions, deleted ones included, oldest first. */
  sessions(): SessionUse[] {
    const { id, projectId, title, createdAt, removedAt } = sessions;
    const ofSession = this.#orm
      .select({
        sessionId: checkpoints.sessionId,
        kept: count().as("kept_count"),
        oldest: min(checkpoints.createdAt).as("oldest"),
      })
      .from(checkpoints)
      .groupBy(checkpoints.sessionId)
      .as("kept");
    const open = this.#orm
      .select({ sessionId: runs.sessionId, open: count().as("open_count") })
      .from(runs)
      .where(isNull(runs.endedAt))
      .groupBy(runs.sessionId)
      .as("open");
    return this.#orm
      .select({
        ...{ id, projectId, title, createdAt, removedAt },
        checkpoints: sql<number>`coalesce(${ofSession.kept}, 0)`,
        oldestCheckpointAt: ofSession.oldest,
        openRuns: sql<number>`coalesce(${open.open}, 0)`,
      })
      .from(sessions)
      .leftJoin(ofSession, eq(ofSession.sessionId, id))
      .leftJoin(open, eq(open.sessionId, id))
      .orderBy(asc(createdAt), asc(id))
      .all();
  }

  /** One session at a time: a sum over all events would hold up everything else. SQLite knows the sizes without reading. */
  eventsBytes(sessionId: string): number {
    const ofSession = this.#orm.select({ id: runs.id }).from(runs).where(eq(runs.sessionId, sessionId));
    const bytes = sql<number | null>`sum(octet_length(${runEvents.payload}))`;
    return this.#orm.select({ bytes }).from(runEvents).where(inArray(runEvents.runId, ofSession)).get()?.bytes ?? 0;
  }

  /** The session of every run. */
  runs(): Map<string, string> {
    const rows = this.#orm.select({ id: runs.id, sessionId: runs.sessionId }).from(runs).all();
    return new Map(rows.map(({ id, sessionId }) => [id, sessionId]));
  }

  /** The session of every chat. */
  chats(): Map<string, string> {
    const rows = this.#orm.select({ id: chats.id, sessionId: chats.sessionId }).from(chats).all();
    return new Map(rows.map(({ id, sessionId }) => [id, sessionId]));
  }

  /** In the order they were taken. */
  checkpoints(projectId: string): KeptCheckpoint[] {
    const { id, sessionId, runId, kind, place, tree, resultTree, restoredId, createdAt } = checkpoints;
    return this.#orm
      .select({ id, sessionId, runId, kind, place, tree, resultTree, restoredId, createdAt })
      .from(checkpoints)
      .where(inArray(sessionId, this.#sessionsOf(projectId)))
      .orderBy(asc(rowOrder))
      .all();
  }

  /** Working copies of deleted sessions, which can be brought back as long as they have checkpoints. */
  removedCopies(projectId: string): Pick<WorkingCopyRow, "id" | "baselineTree" | "revisionTree">[] {
    return this.#store.sqlite
      .prepare<[string], Pick<WorkingCopyRow, "id" | "baselineTree" | "revisionTree">>(
        `SELECT w.id, w.baseline_tree AS baselineTree, w.revision_tree AS revisionTree
         FROM working_copies w JOIN sessions s ON s.id = w.session_id
         WHERE s.project_id = ? AND s.removed_at IS NOT NULL
           AND EXISTS (SELECT 1 FROM checkpoints c WHERE c.session_id = s.id)`,
      )
      .all(projectId);
  }

  neededSets(projectId: string): NeededSet[] {
    const { id, baselineBefore, baselineAfter, sessionId, state } = applies;
    return this.#orm
      .select({ id, baselineBefore, baselineAfter })
      .from(applies)
      .where(and(inArray(sessionId, this.#sessionsOf(projectId)), inArray(state, ["planned", "writing", "done"])))
      .all();
  }

  deleteCheckpoints(ids: readonly string[]): void {
    const one = this.#orm
      .delete(checkpoints)
      .where(eq(checkpoints.id, sql.placeholder("id")))
      .prepare();
    this.#store.write(() => ids.forEach((id) => one.run({ id })));
  }

  /** One run at a time, so that nothing else waits long. */
  deleteEvents(runId: string): void {
    this.#store.write(() => this.#orm.delete(runEvents).where(eq(runEvents.runId, runId)).run());
  }

  /** What is left of a deleted session besides its row and its runs' rows. */
  deleteReviews(sessionId: string): void {
    this.#store.write(() => {
      for (const table of [applies, changeAttributions, changeReviews])
        this.#orm.delete(table).where(eq(table.sessionId, sessionId)).run();
      const { scope, scopeId } = mcpSwitches;
      this.#orm
        .delete(mcpSwitches)
        .where(and(eq(scope, "session"), eq(scopeId, sessionId)))
        .run();
    });
  }

  /** What agents wrote down of its chats. */
  deleteTranscripts(sessionId: string): void {
    const ofSession = this.#orm.select({ id: chats.id }).from(chats).where(eq(chats.sessionId, sessionId));
    this.#store.write(() => this.#orm.delete(transcriptLines).where(inArray(transcriptLines.chatId, ofSession)).run());
  }

  #sessionsOf(projectId: string) {
    return this.#orm.select({ id: sessions.id }).from(sessions).where(eq(sessions.projectId, projectId));
  }
}
