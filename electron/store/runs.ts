import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Run, RunStatus } from "../../shared/contract/runs.ts";
import { integrationContract, type IntegrationContract } from "../../shared/integration-contract.ts";
import type { RunEvent, RunEventBody } from "../../shared/run-event.ts";
import { isoTime } from "../lib/clock.ts";
import { rowOrder } from "./columns.ts";
import { prepareEventStatements } from "./event-statements.ts";
import { payloadLength, toEvent } from "./event-row.ts";
import type { Store } from "./open.ts";
import { PreparedUpdates } from "./prepared-updates.ts";
import { prepareRunStatements } from "./run-statements.ts";
import { runs } from "./tables/work.ts";

type Row = typeof runs.$inferSelect;

export type NewRun = Omit<
  Row,
  | "resolvedModelId"
  | "status"
  | "promptSentAt"
  | "stopReason"
  | "errorCode"
  | "errorMessage"
  | "timings"
  | "usage"
  | "endedAt"
  | "lastSeq"
  | "lateReport"
  | "pause"
>;

type Settable = "status" | "reason" | "resolvedModelId" | "baseRevisionId" | "stopReason" | "timings" | "usage" | "pause";

export type RunPatch = Partial<
  Pick<Row, Settable> & { promptSentAt: number; endedAt: number; error: Run["error"]; lateReport: NonNullable<Run["lateReport"]> }
>;

export type PendingEvent = { body: RunEventBody; at: number; diagnostics?: Record<string, unknown> };

/** Sole writer of `runs` and `run_events`. */
export class RunRepository {
  readonly #orm;
  readonly #statements;
  readonly #updates;

  constructor(store: Store) {
    this.#orm = store.orm;
    this.#statements = { ...prepareRunStatements(store), ...prepareEventStatements(store) };
    this.#updates = new PreparedUpdates(store, runs, eq(runs.id, sql.placeholder("id")));
  }

  insert(run: NewRun): void {
    this.#statements.addRun.run(run);
  }

  find(id: string): Run | null {
    const row = this.#statements.byId.get({ id });
    return row ? toRun(row) : null;
  }

  findByKey(chatId: string, key: string): Run | null {
    const row = this.#statements.byKey.get({ chatId, key });
    return row ? toRun(row) : null;
  }

  /** The run's own, else that of the latest prompt before it that went out with one. What isn't one by now counts as none. */
  contractFor({ id, chatId }: Pick<Run, "id" | "chatId">): { runId: string; contract: IntegrationContract } | null {
    const row = this.#statements.withContract.get({ id, chatId });
    const contract = integrationContract.safeParse(row?.context?.["integrationContract"]).data;
    return row && contract ? { runId: row.runId, contract } : null;
  }

  wasSent(id: string): boolean {
    return (this.#statements.byId.get({ id })?.promptSentAt ?? null) !== null;
  }

  listOpen(): Run[] {
    return this.#statements.open.all().map(toRun);
  }

  /** Newest `limit` runs of a chat before `beforeId`, oldest first. */
  listChat(chatId: string, limit: number, beforeId?: string): Run[] {
    const { newestOfChat, newestBefore } = this.#statements;
    const rows = beforeId === undefined ? newestOfChat.all({ chatId, limit }) : newestBefore.all({ chatId, limit, id: beforeId });
    return rows.toReversed().map(toRun);
  }

  /** How a session's runs stand, without their prompts: told at every step of a run. */
  standingOf(sessionId: string): { open: RunStatus[]; last: RunStatus | null } {
    return {
      open: this.#statements.openOfSession.all({ sessionId }).map(({ status }) => status),
      last: this.#statements.lastOfSession.get({ sessionId })?.status ?? null,
    };
  }

  /** Latest first. */
  agentsOfSession(sessionId: string): string[] {
    return this.#statements.agentsOfSession.all({ sessionId }).map((row) => row.agentId);
  }

  /** That the agent's latest turn in the session went to. */
  latestModelOf(sessionId: string, agentId: string): string | null {
    const named = and(eq(runs.sessionId, sessionId), eq(runs.agentId, agentId), isNotNull(runs.resolvedModelId));
    const models = this.#orm.select({ modelId: runs.resolvedModelId }).from(runs).where(named);
    return models.orderBy(desc(rowOrder)).limit(1).get()?.modelId ?? null;
  }

  update(id: string, { error, ...patch }: RunPatch): void {
    const failure = error === undefined ? {} : { errorCode: error?.code ?? null, errorMessage: error?.message ?? null };
    this.#updates.run({ id }, { ...patch, ...failure });
  }

  /** Numbers and writes events of one run; the caller chose the transaction. */
  append(runId: string, events: readonly PendingEvent[]): RunEvent[] {
    const { nextSeq, addEvent } = this.#statements;
    const next = nextSeq.get({ count: events.length, runId });
    if (!next) throw new Error(`No run ${runId}`);
    let seq = next.lastSeq - events.length;
    let stamp = { at: Number.NaN, text: "" };
    return events.map(({ body, at, diagnostics }) => {
      seq += 1;
      const more = diagnostics ? JSON.stringify(diagnostics) : null;
      const { lastInsertRowid } = addEvent.run(runId, next.chatId, seq, body.type, at, JSON.stringify(body.payload), more);
      // Hundreds of events have the same millisecond.
      if (stamp.at !== at) stamp = { at, text: isoTime(at) };
      const event = { ...body, seq, cursor: Number(lastInsertRowid), runId, at: stamp.text };
      return diagnostics ? { ...event, diagnostics } : event;
    });
  }

  readRun(runId: string, afterSeq: number, limit: number): RunEvent[] {
    return this.#statements.eventsOfRun.all(runId, afterSeq, limit).map(toEvent);
  }

  /** The last events before one, newest first: as many as have `maxChars` characters, and one at least. */
  readRunBackwards(runId: string, beforeSeq: number, maxChars: number): RunEvent[] {
    const events: RunEvent[] = [];
    let chars = 0;
    for (const row of this.#statements.eventsOfRunBackwards.iterate(runId, Math.min(beforeSeq, Number.MAX_SAFE_INTEGER))) {
      events.push(toEvent(row));
      chars += payloadLength(row);
      if (chars >= maxChars) break;
    }
    return events;
  }

  readChat(chatId: string, afterCursor: number, limit: number): RunEvent[] {
    return this.#statements.eventsOfChat.all(chatId, afterCursor, limit).map(toEvent);
  }

  readSession(sessionId: string, afterCursor: number, limit: number): RunEvent[] {
    return this.#statements.eventsOfSession.all(sessionId, afterCursor, limit).map(toEvent);
  }

  cursor(): number {
    return this.#statements.lastCursor.get()?.cursor ?? 0;
  }
}

function toRun(row: Row): Run {
  const {
    promptSentAt: _,
    context: __,
    idempotencyKey: ___,
    errorCode,
    errorMessage,
    createdAt,
    endedAt,
    lateReport,
    limits,
    ...run
  } = row;
  return {
    ...run,
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? "" },
    createdAt: isoTime(createdAt),
    endedAt: endedAt === null ? null : isoTime(endedAt),
    ...(lateReport === null ? {} : { lateReport }),
    ...(limits === null ? {} : { limits }),
  };
}
