import { and, desc, eq, isNotNull, isNull, lt, max, or, sql, type SQL } from "drizzle-orm";
import { given, givenLimit, rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import { runs } from "./tables/work.ts";

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

/** The statements that go by with every step or page of runs. */
export function prepareRunStatements({ orm }: Store) {
  const run = () => orm.select().from(runs);
  const status = () => orm.select({ status: runs.status }).from(runs);
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
      .where(eq(runs.id, given("runId")))
      .returning({ lastSeq: runs.lastSeq, chatId: runs.chatId })
      .prepare(),
  };
}
