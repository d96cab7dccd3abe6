import type { Statement } from "better-sqlite3";
import { and, asc, desc, eq, gt, inArray, isNull, lt, max, sql, type SQL } from "drizzle-orm";
import { rowOrder } from "./columns.ts";
import { eventColumns, type EventRow } from "./event-row.ts";
import type { Store } from "./open.ts";
import { chats, runEvents, runs } from "./tables/work.ts";

/** In the order of the table's columns; `payload` and `diagnostics` are JSON. */
type EventValues = [
  runId: string,
  chatId: string,
  seq: number,
  type: string,
  at: number,
  payload: string,
  diagnostics: string | null,
];

/** The statements that go by with every event, step or page of a run. */
export function prepareRunStatements({ orm, sqlite }: Store) {
  const given = sql.placeholder;
  const run = orm.select().from(runs);
  const status = () => orm.select({ status: runs.status }).from(runs);
  const eventsWhere = (condition: SQL | undefined) => orm.select(eventColumns).from(runEvents).where(condition);
  /** Rows as SQLite gives them: drizzle's own filling in and mapping of values costs as much as SQLite's work. */
  const rows = <Values extends unknown[]>(query: { toSQL(): { sql: string } }): Statement<Values, EventRow> =>
    sqlite.prepare<Values, EventRow>(query.toSQL().sql).raw();
  const [runId, chatId, seq] = [given("runId"), given("chatId"), given("seq")];
  const event = { runId, chatId, seq, type: given("type"), at: given("at"), payload: given("payload") };
  const insert = orm.insert(runEvents).values({ ...event, diagnostics: given("diagnostics") });
  const chatsOfSession = orm
    .select({ id: chats.id })
    .from(chats)
    .where(eq(chats.sessionId, given("sessionId")));
  return {
    byId: run.where(eq(runs.id, given("id"))).prepare(),
    openOfSession: status()
      .where(and(eq(runs.sessionId, given("sessionId")), isNull(runs.endedAt)))
      .prepare(),
    lastOfSession: status()
      .where(eq(runs.sessionId, given("sessionId")))
      .orderBy(desc(rowOrder))
      .limit(1)
      .prepare(),
    nextSeq: orm
      .update(runs)
      .set({ lastSeq: sql`${runs.lastSeq} + ${given("count")}` })
      .where(eq(runs.id, runId))
      .returning({ lastSeq: runs.lastSeq, chatId: runs.chatId })
      .prepare(),
    addEvent: sqlite.prepare<EventValues>(insert.toSQL().sql),
    eventsOfRun: rows<[runId: string, after: number, limit: number]>(
      eventsWhere(and(eq(runEvents.runId, runId), gt(runEvents.seq, given("after"))))
        .orderBy(asc(runEvents.seq))
        .limit(given("limit")),
    ),
    eventsOfRunBackwards: rows<[runId: string, before: number]>(
      eventsWhere(and(eq(runEvents.runId, runId), lt(runEvents.seq, given("before")))).orderBy(desc(runEvents.seq)),
    ),
    eventsOfChat: rows<[chatId: string, after: number, limit: number]>(
      eventsWhere(and(eq(runEvents.chatId, chatId), gt(runEvents.cursor, given("after"))))
        .orderBy(asc(runEvents.cursor))
        .limit(given("limit")),
    ),
    eventsOfSession: rows<[sessionId: string, after: number, limit: number]>(
      eventsWhere(and(inArray(runEvents.chatId, chatsOfSession), gt(runEvents.cursor, given("after"))))
        .orderBy(asc(runEvents.cursor))
        .limit(given("limit")),
    ),
    lastCursor: orm
      .select({ cursor: max(runEvents.cursor) })
      .from(runEvents)
      .prepare(),
  };
}
