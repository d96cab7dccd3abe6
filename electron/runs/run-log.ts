import type { RunEvent, RunEventBody } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";
import type { PendingEvent } from "../store/runs.ts";

/**
 * The way into one run's log. What decides something is on the disk before anyone hears of it; what streams is
 * gathered for up to 50 ms or 4 KB and written in one transaction, the first piece after a pause at once.
 * Lives as long as its run; `flush` before letting go.
 */
export type RunLog = {
  /** Appends at once, with all that was waiting, and answers the event. */
  append(body: RunEventBody, diagnostics?: Record<string, unknown>): RunEvent;
  /** Appends soon; deltas of one message join, and a later snapshot of a tool call replaces a waiting one. */
  stream(body: RunEventBody): void;
  flush(): void;
};

const gatherMs = 50;
const gatherChars = 4096;

export type RunLogDeps = {
  clock: Clock;
  /** Writes and publishes; `durable` decides how hard the write is. */
  commit(events: PendingEvent[], durable: boolean): RunEvent[];
};

export function createRunLog(deps: RunLogDeps): RunLog {
  let waiting: PendingEvent[] = [];
  let chars = 0;
  let lastFlushAt = -Infinity;
  let lastDeltaAt = -Infinity;
  let cancelTimer: (() => void) | null = null;
  let soon = false;

  function commit(durable: boolean): RunEvent[] {
    cancelTimer?.();
    cancelTimer = null;
    if (waiting.length === 0) return [];
    const events = waiting;
    waiting = [];
    chars = 0;
    if (!durable) lastFlushAt = deps.clock.monotonic();
    if (events.some((event) => isDelta(event.body))) lastDeltaAt = deps.clock.monotonic();
    return deps.commit(events, durable);
  }

  /** After all that the agent sent in one piece: a flood makes one transaction of hundreds of events, not of forty. */
  function commitSoon(): void {
    if (soon) return;
    soon = true;
    queueMicrotask(() => {
      soon = false;
      commit(false);
    });
  }

  return {
    append(body, diagnostics) {
      waiting.push({ body, at: deps.clock.now(), ...(diagnostics ? { diagnostics } : {}) });
      const event = commit(true).at(-1);
      if (!event) throw new Error("An appended event was not written");
      return event;
    },
    stream(body) {
      chars += join(waiting, body, deps.clock.now());
      // The first words don't wait because something else was just told.
      const sinceFlush = deps.clock.monotonic() - (isDelta(body) ? lastDeltaAt : lastFlushAt);
      if (sinceFlush >= gatherMs) commit(false);
      else if (chars >= gatherChars) commitSoon();
      else cancelTimer ??= deps.clock.after(gatherMs - sinceFlush, () => commit(false));
    },
    flush: () => void commit(false),
  };
}

/** Puts an event behind the waiting ones, or into the last of them; answers about how many characters it added. */
function join(waiting: PendingEvent[], body: RunEventBody, at: number): number {
  const last = waiting.at(-1);
  if (
    last &&
    isDelta(last.body) &&
    isDelta(body) &&
    last.body.type === body.type &&
    last.body.payload.messageId === body.payload.messageId
  ) {
    last.body = { ...body, payload: { ...body.payload, text: last.body.payload.text + body.payload.text } };
    return body.payload.text.length;
  }
  if (body.type === "tool.updated" && last?.body.type === "tool.updated" && last.body.payload.id === body.payload.id) {
    last.body = body;
    return 0;
  }
  waiting.push({ body, at });
  return isDelta(body) ? body.payload.text.length : 200;
}

function isDelta(body: RunEventBody): body is Extract<RunEventBody, { type: "assistant.delta" | "reasoning.delta" }> {
  return body.type === "assistant.delta" || body.type === "reasoning.delta";
}
