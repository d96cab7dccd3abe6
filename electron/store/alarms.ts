import { and, asc, eq, getTableColumns, isNull, sql } from "drizzle-orm";
import type { Alarm } from "../../shared/contract/permissions.ts";
import { isoTime } from "../lib/clock.ts";
import type { Store } from "./open.ts";
import { alarms } from "./tables/review.ts";
import { runs, sessions } from "./tables/work.ts";

export type NewAlarm = Omit<Alarm, "status" | "createdAt"> & { createdAt: number };
/** One that waits, and when its run was created. */
export type OpenAlarm = { alarm: Alarm; runCreatedAt: number };

/** Sole writer of `alarms`. Rows stay as the record of what was seen. */
export class AlarmRepository {
  readonly #store;
  readonly #orm;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
  }

  /** `saved`: called once it is written, which may be later. */
  add(alarm: NewAlarm, saved: () => void): void {
    const insert = this.#orm.insert(alarms).values({ ...alarm, status: "open" });
    this.#store.keep(() => void insert.run(), { saved });
  }

  find(id: string): Alarm | null {
    const row = this.#orm.select().from(alarms).where(eq(alarms.id, id)).get();
    return row ? toAlarm(row) : null;
  }

  /** Those of sessions that are still there, oldest first. */
  listOpen(): OpenAlarm[] {
    return this.#orm
      .select({ row: getTableColumns(alarms), runCreatedAt: runs.createdAt })
      .from(alarms)
      .innerJoin(runs, eq(runs.id, alarms.runId))
      .innerJoin(sessions, eq(sessions.id, alarms.sessionId))
      .where(and(eq(alarms.status, "open"), isNull(sessions.removedAt)))
      .orderBy(asc(sql`${alarms}.rowid`))
      .all()
      .map(({ row, runCreatedAt }) => ({ alarm: toAlarm(row), runCreatedAt }));
  }

  /** Closes it unless it is closed already; returns whether this call did it. */
  close(id: string, status: Exclude<Alarm["status"], "open">, at: number): boolean {
    const close = this.#orm
      .update(alarms)
      .set({ status, closedAt: at })
      .where(and(eq(alarms.id, id), eq(alarms.status, "open")));
    return this.#store.write(() => close.run().changes === 1);
  }
}

function toAlarm(row: typeof alarms.$inferSelect): Alarm {
  const { closedAt: _, createdAt, ...alarm } = row;
  return { ...alarm, createdAt: isoTime(createdAt) };
}
