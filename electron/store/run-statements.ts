import type { Statement } from "better-sqlite3";
import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, max, or, sql, type SQL } from "drizzle-orm";
import { given, givenLimit, rowOrder } from "./columns.ts";
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

const value = sql.placeholder;

const newRun = {
  id: value("id"),
  chatId: value("chatId"),
  sessionId: value("sessionId"),
  workingCopyId: value("workingCopyId"),
  agentId: value("agentId"),
  requestedModelId: value("requestedModelId"),
  modeId: value("modeId"),
  thinkingLevel: value("thinkingLevel"),
  status: "queued" as const,
  reason: value("reason"),
  baseRevisionId: value("baseRevisionId"),
  prompt: value("prompt"),
  context: value("context"),
  limits: value("limits"),
  idempotencyKey: value("idempotencyKey"),
  createdAt: value("createdAt"),
};

/** The statements that go by with every event, step or page of a run. */
export function prepareRunStatements({ orm, sqlite }: Store) {
  const run = () => orm.select().from(runs);
  const status = () => orm.select({ status: runs.status }).from(runs);
  const eventsWhere = (condition: SQL | undefined) => orm.select(eventColumns).from(runEvents).where(condition);
  /** Rows as SQLite gives them: drizzle's own filling in and mapping of values costs as much as SQLite's work. */
  const rows = <Values extends unknown[]>(query: { toSQL(): { sql: string } }): Statement<Values, EventRow> =>
    sqlite.prepare<Values, EventRow>(query.toSQL().sql).raw();
  const event = {
    ...{ runId: value("runId"), chatId: value("chatId"), seq: value("seq"), type: value("type"), at: value("at") },
    ...{ payload: value("payload"), diagnostics: value("diagnostics") },
  };
  const insert = orm.insert(runEvents).values(event);
  const [runId, chatId] = [given("runId"), given("chatId")];
  const chatsOfSession = orm
    .select({ id: chats.id })
    .from(chats)
    .where(eq(chats.sessionId, given("sessionId")));
  const newest = (where: SQL | undefined) =>
    run()
      .where(and(eq(runs.chatId, given("chatId")), where))
      .orderBy(desc(rowOrder));
  const order = orm
    .select({ order: rowOrder })
    .from(runs)
    .where(eq(runs.id, given("id")));
  const isEarlier = lt(rowOrder, sql`(${order})`);
  const mayHaveContract = and(
    eq(runs.chatId, given("chatId")),
    or(eq(runs.id, given("id")), and(isNotNull(runs.promptSentAt), isEarlier)),
    sql`json_type(${runs.context}, '$.integrationContract') IS NOT NULL`,
  );
  return {
    addRun: orm.insert(runs).values(newRun).prepare(),
    byKey: newest(eq(runs.idempotencyKey, given("key"))).prepare(),
    open: run()
      .where(isNull(runs.endedAt))
      .orderBy(sql`+${rowOrder}`)
      .prepare(),
    newestOfChat: newest(undefined).limit(givenLimit("limit")).prepare(),
    newestBefore: newest(isEarlier).limit(givenLimit("limit")).prepare(),
    withContract: orm
      .select({ runId: runs.id, context: runs.context })
      .from(runs)
      .where(mayHaveContract)
      .orderBy(desc(rowOrder))
      .prepare(),
    agentsOfSession: orm
      .select({ agentId: runs.agentId })
      .from(runs)
      .where(eq(runs.sessionId, given("sessionId")))
      .groupBy(runs.agentId)
      .orderBy(desc(max(rowOrder)))
      .prepare(),
    byId: run()
      .where(eq(runs.id, given("id")))
      .prepare(),
    openOfSession: status()
      .where(and(eq(runs.sessionId, given("sessionId")), isNull(runs.endedAt)))
      .prepare(),
    lastOfSession: status()
      .where(eq(runs.sessionId, given("sessionId")))
      .orderBy(desc(rowOrder))
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
