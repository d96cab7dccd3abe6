import { and, asc, desc, eq, isNotNull, isNull } from "drizzle-orm";
import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import { isoTime } from "../lib/clock.ts";
import { rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import { checkpoints } from "./tables/review.ts";

type Row = typeof checkpoints.$inferSelect;

/** What a checkpoint is of; `folder` of a worktree that is neither the session's nor the checkout. */
export type CheckpointPlace = Pick<Row, "place" | "folder">;

/**
 * A checkpoint with what a restore needs to know. On one taken before a restore, `restoredId` says which was restored,
 * and `resultTree` what came of it; null while that goes on, or where it was cut off.
 */
export type CheckpointRecord = Checkpoint &
  CheckpointPlace &
  Pick<Row, "restoredId" | "restoreMode" | "resultTree" | "baselineTree">;

export type NewCheckpoint = Omit<Row, "commitId" | "resultTree"> & { commit: string };

/** Sole writer of `checkpoints`. */
export class CheckpointRepository {
  readonly #store;
  readonly #orm;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
  }

  insert({ commit, ...checkpoint }: NewCheckpoint): void {
    const insert = this.#orm.insert(checkpoints).values({ ...checkpoint, commitId: commit });
    // A run's is told by an event right behind it, which brings both to the disk.
    if (checkpoint.runId === null) this.#store.write(() => insert.run());
    else this.#store.keep(() => void insert.run(), { durable: false });
  }

  find(id: string): CheckpointRecord | null {
    const row = this.#orm.select().from(checkpoints).where(eq(checkpoints.id, id)).get();
    return row ? toRecord(row) : null;
  }

  /** What a run began with. */
  beforeRun(sessionId: string, runId: string): CheckpointRecord | null {
    const { sessionId: session, runId: run, kind } = checkpoints;
    const ofRun = and(eq(session, sessionId), eq(run, runId), eq(kind, "before-run"));
    const [row] = this.#orm.select().from(checkpoints).where(ofRun).orderBy(desc(rowOrder)).limit(1).all();
    return row ? toRecord(row) : null;
  }

  /** Newest first. */
  list(sessionId: string): CheckpointRecord[] {
    const ofSession = this.#orm.select().from(checkpoints).where(eq(checkpoints.sessionId, sessionId));
    return ofSession.orderBy(desc(rowOrder)).all().map(toRecord);
  }

  setResult(id: string, tree: string): void {
    this.#store.keep(() => void this.#orm.update(checkpoints).set({ resultTree: tree }).where(eq(checkpoints.id, id)).run());
  }

  /** Restores that were begun and not ended, oldest first. */
  listCutOff(): CheckpointRecord[] {
    const cutOff = and(isNotNull(checkpoints.restoredId), isNull(checkpoints.resultTree));
    return this.#orm.select().from(checkpoints).where(cutOff).orderBy(asc(rowOrder)).all().map(toRecord);
  }
}

function toRecord(stored: Row): CheckpointRecord {
  const { tree, commitId: _, createdAt, ...row } = stored;
  return { ...row, revisionId: tree, createdAt: isoTime(createdAt) };
}
