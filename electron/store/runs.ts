import type { ContentBlock } from "../../shared/prompt.ts";
import type { Run, RunStatus } from "../../shared/contract/runs.ts";
import type { RunEvent, RunEventBody, Timings, Usage } from "../../shared/run-event.ts";
import { isoTime } from "../lib/clock.ts";
import type { Store } from "./open.ts";

/** Sole writer of `runs` and `run_events`. */
export type NewRun = {
  id: string;
  chatId: string;
  sessionId: string;
  workingCopyId: string;
  agentId: string;
  requestedModelId: string | null;
  modeId: string | null;
  thinkingLevel: string | null;
  baseRevisionId: string | null;
  prompt: ContentBlock[];
  context: Record<string, unknown> | null;
  idempotencyKey: string | null;
  reason: string | null;
  createdAt: number;
};

export type RunPatch = Partial<{
  status: RunStatus;
  reason: string | null;
  resolvedModelId: string | null;
  baseRevisionId: string | null;
  promptSentAt: number;
  stopReason: string | null;
  error: { code: string; message: string } | null;
  timings: Timings;
  usage: Usage | null;
  endedAt: number;
  lateReport: NonNullable<Run["lateReport"]>;
}>;

export type PendingEvent = { body: RunEventBody; at: number; diagnostics?: Record<string, unknown> };

type RunRow = {
  id: string;
  chat_id: string;
  session_id: string;
  working_copy_id: string;
  agent_id: string;
  requested_model_id: string | null;
  resolved_model_id: string | null;
  mode_id: string | null;
  thinking_level: string | null;
  base_revision_id: string | null;
  status: RunStatus;
  reason: string | null;
  prompt: string;
  prompt_sent_at: number | null;
  stop_reason: string | null;
  error_code: string | null;
  error_message: string | null;
  timings: string;
  usage: string | null;
  created_at: number;
  ended_at: number | null;
  last_seq: number;
  late_report: string | null;
};
type EventRow = {
  cursor: number;
  run_id: string;
  seq: number;
  type: string;
  at: number;
  payload: string;
  diagnostics: string | null;
};

const columns: Record<keyof RunPatch, (value: never) => Record<string, unknown>> = {
  status: (value: RunStatus) => ({ status: value }),
  reason: (value: string | null) => ({ reason: value }),
  resolvedModelId: (value: string | null) => ({ resolved_model_id: value }),
  baseRevisionId: (value: string | null) => ({ base_revision_id: value }),
  promptSentAt: (value: number) => ({ prompt_sent_at: value }),
  stopReason: (value: string | null) => ({ stop_reason: value }),
  error: (value: { code: string; message: string } | null) => ({
    error_code: value?.code ?? null,
    error_message: value?.message ?? null,
  }),
  timings: (value: Timings) => ({ timings: JSON.stringify(value) }),
  usage: (value: Usage | null) => ({ usage: value && JSON.stringify(value) }),
  endedAt: (value: number) => ({ ended_at: value }),
  lateReport: (value: NonNullable<Run["lateReport"]>) => ({ late_report: JSON.stringify(value) }),
};

export type RunRepository = ReturnType<typeof createRunRepository>;

export function createRunRepository(store: Store) {
  const { sqlite } = store;
  const insert =
    sqlite.prepare(`INSERT INTO runs (id, chat_id, session_id, working_copy_id, agent_id, requested_model_id, mode_id, thinking_level,
    base_revision_id, status, reason, prompt, context, idempotency_key, created_at)
    VALUES (@id, @chatId, @sessionId, @workingCopyId, @agentId, @requestedModelId, @modeId, @thinkingLevel,
    @baseRevisionId, 'queued', @reason, @prompt, @context, @idempotencyKey, @createdAt)`);
  const byId = sqlite.prepare<[string], RunRow>("SELECT * FROM runs WHERE id = ?");
  const byKey = sqlite.prepare<[string, string], RunRow>("SELECT * FROM runs WHERE chat_id = ? AND idempotency_key = ?");
  const open = sqlite.prepare<[], RunRow>("SELECT * FROM runs WHERE ended_at IS NULL ORDER BY rowid");
  const latest = sqlite.prepare<[string, string | null, string | null, number], RunRow>(
    "SELECT * FROM runs WHERE chat_id = ? AND (? IS NULL OR rowid < (SELECT rowid FROM runs WHERE id = ?)) ORDER BY rowid DESC LIMIT ?",
  );
  const openOf = sqlite.prepare<[string], { status: RunStatus }>(
    "SELECT status FROM runs WHERE session_id = ? AND ended_at IS NULL",
  );
  const lastOf = sqlite.prepare<[string], { status: RunStatus }>(
    "SELECT status FROM runs WHERE session_id = ? ORDER BY rowid DESC LIMIT 1",
  );
  const agentsOf = sqlite.prepare<[string], { agent_id: string }>(
    "SELECT agent_id FROM runs WHERE session_id = ? GROUP BY agent_id ORDER BY max(rowid) DESC",
  );
  const nextSeq = sqlite.prepare<[number, string], { last_seq: number; chat_id: string }>(
    "UPDATE runs SET last_seq = last_seq + ? WHERE id = ? RETURNING last_seq, chat_id",
  );
  const addEvent = sqlite.prepare(
    "INSERT INTO run_events (run_id, chat_id, seq, type, at, payload, diagnostics) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const eventsOfRun = sqlite.prepare<[string, number, number], EventRow>(
    "SELECT * FROM run_events WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?",
  );
  const eventsOfChat = sqlite.prepare<[string, number, number], EventRow>(
    "SELECT * FROM run_events WHERE chat_id = ? AND cursor > ? ORDER BY cursor LIMIT ?",
  );
  const lastCursor = sqlite.prepare<[], { cursor: number | null }>("SELECT max(cursor) AS cursor FROM run_events");

  return {
    insert(run: NewRun): void {
      insert.run({ ...run, prompt: JSON.stringify(run.prompt), context: run.context && JSON.stringify(run.context) });
    },
    find(id: string): Run | null {
      const row = byId.get(id);
      return row ? toRun(row) : null;
    },
    findByKey(chatId: string, key: string): Run | null {
      const row = byKey.get(chatId, key);
      return row ? toRun(row) : null;
    },
    wasSent: (id: string): boolean => (byId.get(id)?.prompt_sent_at ?? null) !== null,
    listOpen: (): Run[] => open.all().map(toRun),
    /** Newest `limit` runs of a chat before `beforeId`, oldest first. */
    listChat(chatId: string, limit: number, beforeId?: string): Run[] {
      return latest
        .all(chatId, beforeId ?? null, beforeId ?? null, limit)
        .toReversed()
        .map(toRun);
    },
    /** How a session's runs stand, without their prompts: told at every step of a run. */
    standingOf: (sessionId: string): { open: RunStatus[]; last: RunStatus | null } => ({
      open: openOf.all(sessionId).map(({ status }) => status),
      last: lastOf.get(sessionId)?.status ?? null,
    }),
    agentsOfSession: (sessionId: string): string[] => agentsOf.all(sessionId).map((row) => row.agent_id),
    update(id: string, patch: RunPatch): void {
      const set: Record<string, unknown> = {};
      for (const [key, value] of Object.entries(patch)) Object.assign(set, columns[key as keyof RunPatch](value as never));
      const names = Object.keys(set);
      if (names.length === 0) return;
      sqlite
        .prepare(`UPDATE runs SET ${names.map((name) => `${name} = @${name}`).join(", ")} WHERE id = @id`)
        .run({ ...set, id });
    },
    /** Numbers and writes events of one run; the caller chose the transaction. */
    append(runId: string, events: readonly PendingEvent[]): RunEvent[] {
      const row = nextSeq.get(events.length, runId);
      if (!row) throw new Error(`No run ${runId}`);
      let seq = row.last_seq - events.length;
      let stamp = { at: Number.NaN, text: "" };
      return events.map(({ body, at, diagnostics }) => {
        seq += 1;
        const { lastInsertRowid } = addEvent.run(
          runId,
          row.chat_id,
          seq,
          body.type,
          at,
          JSON.stringify(body.payload),
          diagnostics ? JSON.stringify(diagnostics) : null,
        );
        // Hundreds of events have the same millisecond.
        if (stamp.at !== at) stamp = { at, text: isoTime(at) };
        const event = { ...body, seq, cursor: Number(lastInsertRowid), runId, at: stamp.text };
        return diagnostics ? { ...event, diagnostics } : event;
      });
    },
    readRun: (runId: string, afterSeq: number, limit: number): RunEvent[] => eventsOfRun.all(runId, afterSeq, limit).map(toEvent),
    readChat: (chatId: string, afterCursor: number, limit: number): RunEvent[] =>
      eventsOfChat.all(chatId, afterCursor, limit).map(toEvent),
    cursor: (): number => lastCursor.get()?.cursor ?? 0,
  };
}

/** Rows are written by `append` only, from typed events, so what is read back has their shape. */
function toEvent(row: EventRow): RunEvent {
  const event = {
    type: row.type,
    payload: JSON.parse(row.payload) as unknown,
    seq: row.seq,
    cursor: row.cursor,
    runId: row.run_id,
    at: isoTime(row.at),
    ...(row.diagnostics ? { diagnostics: JSON.parse(row.diagnostics) as Record<string, unknown> } : {}),
  };
  return event as RunEvent;
}

function toRun(row: RunRow): Run {
  return {
    id: row.id,
    chatId: row.chat_id,
    sessionId: row.session_id,
    agentId: row.agent_id,
    requestedModelId: row.requested_model_id,
    resolvedModelId: row.resolved_model_id,
    modeId: row.mode_id,
    thinkingLevel: row.thinking_level,
    workingCopyId: row.working_copy_id,
    baseRevisionId: row.base_revision_id,
    status: row.status,
    reason: row.reason,
    prompt: JSON.parse(row.prompt) as ContentBlock[],
    stopReason: row.stop_reason,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? "" },
    timings: JSON.parse(row.timings) as Timings,
    usage: row.usage === null ? null : (JSON.parse(row.usage) as Usage),
    createdAt: isoTime(row.created_at),
    endedAt: row.ended_at === null ? null : isoTime(row.ended_at),
    lastSeq: row.last_seq,
    ...(row.late_report === null ? {} : { lateReport: JSON.parse(row.late_report) as NonNullable<Run["lateReport"]> }),
  };
}
