import type { ChatUpdate, Turn } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { RunEvent, RunEventBody } from "../../shared/run-event.ts";
import { foldRun } from "../../shared/run-fold.ts";

/** Test data: a run with what a test says of it. */
export function aRun(id: string, more: Partial<Run> = {}): Run {
  return {
    id,
    chatId: "chat_1",
    sessionId: "ses_1",
    agentId: "practice",
    requestedModelId: null,
    resolvedModelId: null,
    modeId: null,
    thinkingLevel: null,
    workingCopyId: "wcp_1",
    baseRevisionId: null,
    status: "running",
    reason: null,
    prompt: [{ type: "text", text: `prompt of ${id}` }],
    pause: null,
    stopReason: null,
    error: null,
    timings: {},
    usage: null,
    createdAt: "2026-01-01T00:00:00.000Z",
    endedAt: null,
    lastSeq: 0,
    ...more,
  };
}

export const anEvent = (runId: string, seq: number, body: RunEventBody): RunEvent => ({
  ...body,
  runId,
  seq,
  cursor: seq,
  at: "2026-01-01T00:00:00.000Z",
});

/** Events of a run that says the words, numbered from `from`. */
export const saying = (runId: string, words: string[], from = 1): RunEvent[] =>
  words.map((text, index) => anEvent(runId, from + index, { type: "assistant.delta", payload: { text } }));

export const aTurn = (id: string, words: string[] = [], more: Partial<Run> = {}): Turn => ({
  run: aRun(id, more),
  timeline: foldRun(id, saying(id, words)),
});

export const aSnapshot = (turns: Turn[], more = false, cursor = 0): ChatUpdate => ({
  type: "snapshot",
  turns,
  more,
  cursor,
  queue: { chatId: "chat_1", items: [], held: false, reason: null },
});
