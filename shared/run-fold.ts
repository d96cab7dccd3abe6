import type {
  PermissionAction,
  PermissionOption,
  PlanEntry,
  RunEvent,
  RunEventPayload,
  Timings,
  ToolFailure,
  ToolSnapshot,
  Usage,
} from "./run-event.ts";

/** One thing the timeline shows of a run, in the order it began. `key` is stable and unique within the run. */
export type TimelineItem =
  | { kind: "text"; key: string; text: string; at: string }
  | { kind: "reasoning"; key: string; text: string; startedAt: string; endedAt: string | null }
  | {
      kind: "tool";
      key: string;
      tool: ToolSnapshot;
      error: ToolFailure | null;
      startedAt: string;
      endedAt: string | null;
    }
  | { kind: "plan"; key: string; entries: PlanEntry[] }
  | {
      kind: "permission";
      key: string;
      permissionId: string;
      toolCallId: string | null;
      title: string;
      action: PermissionAction;
      options: PermissionOption[];
      at: string;
      outcome: RunEventPayload<"permission.resolved">["outcome"] | null;
      by: string | null;
    }
  | {
      kind: "question";
      key: string;
      request: RunEventPayload<"question.requested">;
      at: string;
      outcome: RunEventPayload<"question.answered">["outcome"] | null;
      content: Record<string, unknown> | null;
    }
  | { kind: "notice"; key: string; notice: RunEventPayload<"notice">; at: string };

export type RunOutcome = {
  kind: "completed" | "failed" | "cancelled" | "interrupted";
  at: string;
  stopReason: string | null;
  code: string | null;
  message: string | null;
  timings: Timings;
};

/** A run as the timeline shows it: the fold of its events. */
export type RunTimeline = {
  runId: string;
  lastSeq: number;
  started: RunEventPayload<"run.started">["how"] | null;
  items: TimelineItem[];
  usage: Usage | null;
  outcome: RunOutcome | null;
};

export function emptyTimeline(runId: string): RunTimeline {
  return { runId, lastSeq: 0, started: null, items: [], usage: null, outcome: null };
}

/**
 * One event further. Pure; items that didn't change keep their identity, so a view may compare by reference.
 * An event already folded (`seq` ≤ `lastSeq`) changes nothing.
 */
export function foldRunEvent(timeline: RunTimeline, event: RunEvent): RunTimeline {
  if (event.seq <= timeline.lastSeq) return timeline;
  const next = { ...timeline, lastSeq: event.seq };
  switch (event.type) {
    case "run.started":
      next.started = event.payload.how;
      return next;
    case "assistant.delta":
    case "reasoning.delta":
      next.items = foldDelta(timeline.items, event);
      return next;
    case "plan.updated":
      next.items = upsert(closeReasoning(timeline.items, event.at), {
        kind: "plan",
        key: "plan",
        entries: event.payload.entries,
      });
      return next;
    case "tool.started":
    case "tool.updated":
    case "tool.completed":
    case "tool.failed":
      next.items = foldTool(closeReasoning(timeline.items, event.at), event);
      return next;
    case "permission.requested":
    case "permission.resolved":
    case "question.requested":
    case "question.answered":
      next.items = foldAsk(closeReasoning(timeline.items, event.at), event);
      return next;
    case "context.compacted":
      next.items = [
        ...closeReasoning(timeline.items, event.at),
        {
          kind: "notice",
          key: `n${event.seq}`,
          notice: { kind: "warning", message: event.payload.message ?? "The agent compacted its context" },
          at: event.at,
        },
      ];
      return next;
    case "notice":
      next.items = [
        ...closeReasoning(timeline.items, event.at),
        { kind: "notice", key: `n${event.seq}`, notice: event.payload, at: event.at },
      ];
      return next;
    case "usage.updated":
      next.usage = event.payload;
      return next;
    case "run.completed":
    case "run.failed":
    case "run.cancelled":
    case "run.interrupted":
      next.items = closeReasoning(timeline.items, event.at);
      next.outcome = outcomeOf(event);
      if (event.payload.usage) next.usage = event.payload.usage;
      return next;
    case "run.accepted":
    case "commands.updated":
    case "mode.changed":
    case "revision.created":
    case "checkpoint.created":
      return next;
  }
}

/** Folds a run's events in their order. */
export function foldRun(runId: string, events: Iterable<RunEvent>): RunTimeline {
  let timeline = emptyTimeline(runId);
  for (const event of events) timeline = foldRunEvent(timeline, event);
  return timeline;
}

type Delta = Extract<RunEvent, { type: "assistant.delta" | "reasoning.delta" }>;
type ToolEvent = Extract<RunEvent, { type: "tool.started" | "tool.updated" | "tool.completed" | "tool.failed" }>;
type AskEvent = Extract<
  RunEvent,
  { type: "permission.requested" | "permission.resolved" | "question.requested" | "question.answered" }
>;
type EndEvent = Extract<RunEvent, { type: "run.completed" | "run.failed" | "run.cancelled" | "run.interrupted" }>;

function foldDelta(items: TimelineItem[], event: Delta): TimelineItem[] {
  const { text, messageId } = event.payload;
  const last = items.at(-1);
  const kind = event.type === "assistant.delta" ? "text" : "reasoning";
  const sameMessage = messageId === undefined || last?.key.startsWith(`${kind}:${messageId}:`);
  if (last?.kind === "text" && kind === "text" && sameMessage)
    return [...items.slice(0, -1), { ...last, text: last.text + text }];
  if (last?.kind === "reasoning" && kind === "reasoning" && sameMessage && last.endedAt === null)
    return [...items.slice(0, -1), { ...last, text: last.text + text }];
  const key = `${kind}:${messageId ?? ""}:${event.seq}`;
  const rest = closeReasoning(items, event.at);
  if (kind === "text") return [...rest, { kind, key, text, at: event.at }];
  return [...rest, { kind, key, text, startedAt: event.at, endedAt: null }];
}

function closeReasoning(items: TimelineItem[], at: string): TimelineItem[] {
  const last = items.at(-1);
  if (last?.kind !== "reasoning" || last.endedAt !== null) return items;
  return [...items.slice(0, -1), { ...last, endedAt: at }];
}

function foldTool(items: TimelineItem[], event: ToolEvent): TimelineItem[] {
  const key = `tool:${event.payload.id}`;
  const before = items.find((item) => item.key === key);
  const ended = event.type === "tool.completed" || event.type === "tool.failed";
  const parts = event.type === "tool.failed" ? splitFailure(event.payload) : { tool: event.payload, error: null };
  return upsert(items, {
    kind: "tool",
    key,
    ...parts,
    startedAt: before?.kind === "tool" ? before.startedAt : event.at,
    endedAt: ended ? event.at : null,
  });
}

function splitFailure(payload: RunEventPayload<"tool.failed">): { tool: ToolSnapshot; error: ToolFailure } {
  const { code, message, fields, diagnostics, ...tool } = payload;
  return { tool, error: { code, message, ...(fields === undefined ? {} : { fields }), diagnostics } };
}

function foldAsk(items: TimelineItem[], event: AskEvent): TimelineItem[] {
  if (event.type === "permission.requested") {
    const { permissionId, toolCallId = null, title, action, options } = event.payload;
    return [
      ...items,
      {
        kind: "permission",
        key: `perm:${permissionId}`,
        permissionId,
        toolCallId,
        title,
        action,
        options,
        at: event.at,
        outcome: null,
        by: null,
      },
    ];
  }
  if (event.type === "question.requested")
    return [
      ...items,
      {
        kind: "question",
        key: `qst:${event.payload.questionId}`,
        request: event.payload,
        at: event.at,
        outcome: null,
        content: null,
      },
    ];
  return items.map((item) => {
    if (event.type === "permission.resolved" && item.kind === "permission" && item.permissionId === event.payload.permissionId)
      return { ...item, outcome: event.payload.outcome, by: event.payload.by };
    if (event.type === "question.answered" && item.kind === "question" && item.request.questionId === event.payload.questionId)
      return { ...item, outcome: event.payload.outcome, content: event.payload.content ?? null };
    return item;
  });
}

function upsert(items: TimelineItem[], item: TimelineItem): TimelineItem[] {
  const at = items.findLastIndex((other) => other.key === item.key);
  if (at === -1) return [...items, item];
  return items.with(at, item);
}

function outcomeOf(event: EndEvent): RunOutcome {
  const { stopReason = null, code = null, message = null, timings } = event.payload;
  const kind = event.type.slice("run.".length) as RunOutcome["kind"];
  return { kind, at: event.at, stopReason, code, message, timings };
}
