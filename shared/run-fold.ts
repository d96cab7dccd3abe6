import type {
  PermissionAction,
  PermissionOption,
  PlanEntry,
  RunChanges,
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
      /** When it was answered; null while it wasn't. */
      resolvedAt: string | null;
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

/**
 * A run as the timeline shows it: the fold of its events from `firstSeq` to `lastSeq`. Where `firstSeq` is more than 1, the
 * beginning isn't in it, and an item may lack what was told of it there; see `joinTimelines`.
 */
export type RunTimeline = {
  runId: string;
  firstSeq: number;
  lastSeq: number;
  started: RunEventPayload<"run.started">["how"] | null;
  items: TimelineItem[];
  usage: Usage | null;
  /** What it did to the files; null where that was nothing, or isn't known. */
  changed: RunChanges | null;
  /** The checkpoints around it, by their ids. */
  checkpoints: { before: string | null; after: string | null };
  outcome: RunOutcome | null;
};

export function emptyTimeline(runId: string, firstSeq = 1): RunTimeline {
  const checkpoints = { before: null, after: null };
  return {
    runId,
    firstSeq,
    lastSeq: firstSeq - 1,
    started: null,
    items: [],
    usage: null,
    changed: null,
    checkpoints,
    outcome: null,
  };
}

/**
 * Events further. Pure; items that didn't change keep their identity, so a view may compare by reference. An event
 * already folded (`seq` ≤ `lastSeq`) changes nothing. Costs as much as the timeline is long, once, and then what the events weigh.
 */
export function foldRunEvents(timeline: RunTimeline, events: Iterable<RunEvent>): RunTimeline {
  let fold: TimelineFold | null = null;
  for (const event of events) {
    if (event.seq <= (fold?.lastSeq ?? timeline.lastSeq)) continue;
    fold ??= new TimelineFold(timeline);
    fold.add(event);
  }
  return fold?.timeline() ?? timeline;
}

/** One event further; see `foldRunEvents`. */
export function foldRunEvent(timeline: RunTimeline, event: RunEvent): RunTimeline {
  return foldRunEvents(timeline, [event]);
}

/** Folds a run's events in their order. */
export function foldRun(runId: string, events: Iterable<RunEvent>): RunTimeline {
  return foldRunEvents(emptyTimeline(runId), events);
}

/** The timeline with what a running call is by now, between two events of it: `tool` is whole. Pure. */
export function withRunningTool(timeline: RunTimeline, tool: ToolSnapshot): RunTimeline {
  const at = timeline.items.findLastIndex((item) => item.key === toolKey(tool.id));
  const item = timeline.items[at];
  if (item?.kind !== "tool" || item.endedAt !== null) return timeline;
  return { ...timeline, items: timeline.items.with(at, { ...item, tool }) };
}

/** A timeline that grows in place. Its items are its own; each is replaced, never changed. */
export class TimelineFold {
  readonly #timeline: RunTimeline;
  readonly #items: TimelineItem[];
  /** Where each key is; made when it is first asked for. */
  #places: Map<string, number> | null = null;

  constructor(start: RunTimeline) {
    this.#timeline = { ...start };
    this.#items = [...start.items];
  }

  get lastSeq(): number {
    return this.#timeline.lastSeq;
  }

  /** The timeline by now. The fold must not go on after it. */
  timeline(): RunTimeline {
    return { ...this.#timeline, items: this.#items };
  }

  add(event: RunEvent): void {
    this.#timeline.lastSeq = event.seq;
    switch (event.type) {
      case "run.started":
        this.#timeline.started = event.payload.how;
        return;
      case "assistant.delta":
      case "reasoning.delta":
        return this.#addDelta(event);
      case "usage.updated":
        this.#timeline.usage = event.payload;
        return;
      case "run.accepted":
      case "commands.updated":
      case "mode.changed":
        return;
      case "revision.created":
        this.#timeline.changed = event.payload.changed ?? null;
        return;
      case "checkpoint.created":
        return this.#addCheckpoint(event.payload);
      case "permission.decided":
        return this.#addDecision(event);
      default:
        this.#closeReasoning(event.at);
        this.#addOther(event);
    }
  }

  #addCheckpoint({ checkpointId, kind }: RunEventPayload<"checkpoint.created">): void {
    const { checkpoints } = this.#timeline;
    if (kind === "before-run") this.#timeline.checkpoints = { ...checkpoints, before: checkpointId };
    if (kind === "after-run") this.#timeline.checkpoints = { ...checkpoints, after: checkpointId };
  }

  #addOther(event: OtherEvent): void {
    switch (event.type) {
      case "plan.updated":
        return this.#put({ kind: "plan", key: "plan", entries: event.payload.entries });
      case "tool.started":
      case "tool.updated":
      case "tool.completed":
      case "tool.failed":
        return this.#addTool(event);
      case "permission.requested":
      case "permission.resolved":
      case "question.requested":
      case "question.answered":
        return this.#addAsk(event);
      case "context.compacted": {
        const message = event.payload.message ?? "The agent compacted its context";
        return this.#addNotice(event, { kind: "warning", message });
      }
      case "notice":
        return this.#addNotice(event, event.payload);
      case "run.completed":
      case "run.failed":
      case "run.cancelled":
      case "run.interrupted":
        this.#timeline.outcome = outcomeOf(event);
        if (event.payload.usage) this.#timeline.usage = event.payload.usage;
    }
  }

  #addDelta(event: DeltaEvent): void {
    const { text, messageId } = event.payload;
    const kind = event.type === "assistant.delta" ? "text" : "reasoning";
    // One message is one Markdown document, whatever was done while it was said: a fence may be open.
    const message = kind === "text" && messageId !== undefined ? this.#find(`text:${messageId}`) : undefined;
    if (message?.kind === "text") return this.#put({ ...message, text: message.text + text });
    const last = this.#items.at(-1);
    const sameMessage = messageId === undefined || last?.key.startsWith(`${kind}:${messageId}:`);
    const goesOn = last?.kind === kind && sameMessage && (last.kind === "text" || last.endedAt === null);
    if (goesOn) {
      this.#items[this.#items.length - 1] = { ...last, text: last.text + text };
      return;
    }
    const key = kind === "text" && messageId !== undefined ? `text:${messageId}` : `${kind}:${messageId ?? ""}:${event.seq}`;
    this.#closeReasoning(event.at);
    if (kind === "text") this.#push({ kind, key, text, at: event.at });
    else this.#push({ kind, key, text, startedAt: event.at, endedAt: null });
  }

  #addTool(event: ToolEvent): void {
    const key = toolKey(event.payload.id);
    const before = this.#find(key);
    const known = before?.kind === "tool" ? before : null;
    const { change, error } = splitFailure(event);
    this.#put({
      kind: "tool",
      key,
      tool: known ? mergeTool(known.tool, change) : change,
      error,
      startedAt: known?.startedAt ?? event.at,
      endedAt: event.type === "tool.completed" || event.type === "tool.failed" ? event.at : null,
    });
  }

  /** What was allowed shows in what is done, and what was refused of a call in the call; the rest is a line of its own. */
  #addDecision({ payload, at }: Extract<RunEvent, { type: "permission.decided" }>): void {
    const { permissionId, toolCallId = null, title, action, outcome, by } = payload;
    if (outcome === "allowed" || (toolCallId !== null && this.#find(toolKey(toolCallId)))) return;
    this.#closeReasoning(at);
    const key = `perm:${permissionId}`;
    const asked = { permissionId, toolCallId, title, action, options: [], at };
    this.#push({ kind: "permission", key, ...asked, outcome, resolvedAt: at, by });
  }

  #addAsk(event: AskEvent): void {
    if (event.type === "permission.requested") {
      const { permissionId, toolCallId = null, title, action, options } = event.payload;
      const key = `perm:${permissionId}`;
      const asked = { permissionId, toolCallId, title, action, options, at: event.at };
      return this.#push({ kind: "permission", key, ...asked, outcome: null, resolvedAt: null, by: null });
    }
    if (event.type === "question.requested") {
      const key = `qst:${event.payload.questionId}`;
      return this.#push({ kind: "question", key, request: event.payload, at: event.at, outcome: null, content: null });
    }
    if (event.type === "permission.resolved") {
      const item = this.#find(`perm:${event.payload.permissionId}`);
      if (item?.kind === "permission")
        this.#put({ ...item, outcome: event.payload.outcome, resolvedAt: event.at, by: event.payload.by });
      return;
    }
    const item = this.#find(`qst:${event.payload.questionId}`);
    if (item?.kind === "question") this.#put({ ...item, outcome: event.payload.outcome, content: event.payload.content ?? null });
  }

  #addNotice(event: RunEvent, notice: RunEventPayload<"notice">): void {
    this.#push({ kind: "notice", key: `n${event.seq}`, notice, at: event.at });
  }

  #closeReasoning(at: string): void {
    const last = this.#items.at(-1);
    if (last?.kind === "reasoning" && last.endedAt === null) this.#items[this.#items.length - 1] = { ...last, endedAt: at };
  }

  #push(item: TimelineItem): void {
    this.#places?.set(item.key, this.#items.length);
    this.#items.push(item);
  }

  #put(item: TimelineItem): void {
    const at = this.#placesByKey().get(item.key);
    if (at === undefined) this.#push(item);
    else this.#items[at] = item;
  }

  #find(key: string): TimelineItem | undefined {
    const at = this.#placesByKey().get(key);
    return at === undefined ? undefined : this.#items[at];
  }

  #placesByKey(): Map<string, number> {
    this.#places ??= new Map(this.#items.map((item, at) => [item.key, at]));
    return this.#places;
  }
}

type DeltaEvent = Extract<RunEvent, { type: "assistant.delta" | "reasoning.delta" }>;
type ToolEvent = Extract<RunEvent, { type: "tool.started" | "tool.updated" | "tool.completed" | "tool.failed" }>;
type AskEvent = Extract<
  RunEvent,
  { type: "permission.requested" | "permission.resolved" | "question.requested" | "question.answered" }
>;
type EndEvent = Extract<RunEvent, { type: "run.completed" | "run.failed" | "run.cancelled" | "run.interrupted" }>;
type OtherEvent = ToolEvent | AskEvent | EndEvent | Extract<RunEvent, { type: "plan.updated" | "context.compacted" | "notice" }>;

function toolKey(id: string): string {
  return `tool:${id}`;
}

/** What is absent or empty in `change` stays as it was. */
export function mergeTool(before: ToolSnapshot, change: ToolSnapshot): ToolSnapshot {
  const { locations, diff } = before;
  const told = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as ToolSnapshot;
  return {
    ...before,
    ...told,
    locations: change.locations.length > 0 ? change.locations : locations,
    diff: change.diff.length > 0 ? change.diff : diff,
  };
}

function splitFailure(event: ToolEvent): { change: ToolSnapshot; error: ToolFailure | null } {
  if (event.type !== "tool.failed") return { change: event.payload, error: null };
  const { code, message, fields, diagnostics, ...change } = event.payload;
  return { change, error: { code, message, ...(fields === undefined ? {} : { fields }), diagnostics } };
}

function outcomeOf(event: EndEvent): RunOutcome {
  const { stopReason = null, code = null, message = null, timings } = event.payload;
  const kind = event.type.slice("run.".length) as RunOutcome["kind"];
  return { kind, at: event.at, stopReason, code, message, timings };
}
