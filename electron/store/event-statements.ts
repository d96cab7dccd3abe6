import type { Statement } from "better-sqlite3";
import { and, asc, desc, eq, gt, inArray, lt, max, sql, type SQL } from "drizzle-orm";
import { given, givenLimit } from "./columns.ts";
import { eventColumns, type EventRow } from "./event-row.ts";
import type { Store } from "./open.ts";
import { chats, runEvents } from "./tables/work.ts";

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

const value = sql.placeholder;

const newEvent = {
  runId: value("runId"),
  chatId: value("chatId"),
  seq: value("seq"),
  type: value("type"),
  at: value("at"),
  payload: value("payload"),
  diagnostics: value("diagnostics"),
};

/** The statements that go by with every event, and every page of them. */
export function prepareEventStatements({ orm, sqlite }: Store) {
  const eventsWhere = (condition: SQL | undefined) => orm.select(eventColumns).from(runEvents).where(condition);
  /** Rows as SQLite gives them: drizzle's own filling in and mapping of values costs as much as SQLite's work. */
  const rows = <Values extends unknown[]>(query: { toSQL(): { sql: string } }): Statement<Values, EventRow> =>
    sqlite.prepare<Values, EventRow>(query.toSQL().sql).raw();
  const [runId, chatId] = [given("runId"), given("chatId")];
  const chatsOfSession = orm
    .select({ id: chats.id })
    .from(chats)
    .where(eq(chats.sessionId, given("sessionId")));
  return {
    addEvent: sqlite.prepare<EventValues>(orm.insert(runEvents).values(newEvent).toSQL().sql),
    eventsOfRun: rows<[runId: string, after: number, limit: number]>(
      eventsWhere(and(eq(runEvents.runId, runId), gt(runEvents.seq, given("after"))))
        .orderBy(asc(runEvents.seq))
        .limit(givenLimit("limit")),
    ),
    eventsOfRunBackwards: rows<[runId: string, before: number]>(
      eventsWhere(and(eq(runEvents.runId, runId), lt(runEvents.seq, given("before")))).orderBy(desc(runEvents.seq)),
    ),
    eventsOfChat: rows<[chatId: string, after: number, limit: number]>(
      eventsWhere(and(eq(runEvents.chatId, chatId), gt(runEvents.cursor, given("after"))))
        .orderBy(asc(runEvents.cursor))
        .limit(givenLimit("limit")),
    ),
    eventsOfSession: rows<[sessionId: string, after: number, limit: number]>(
      eventsWhere(and(inArray(runEvents.chatId, chatsOfSession), gt(runEvents.cursor, given("after"))))
        .orderBy(asc(runEvents.cursor))
        .limit(givenLimit("limit")),
    ),
    lastCursor: orm
      .select({ cursor: max(runEvents.cursor) })
      .from(runEvents)
      .prepare(),
  };
}
