import type { RunEventBody } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";
import type { PendingEvent } from "../store/runs.ts";

const gatherMs = 50;
const gatherChars = 4096;

export type RunLogDeps = {
  clock: Clock;
  /** Writes and publishes, now or as soon as the store takes it; `durable` decides how hard the write is. Never throws. */
  commit(events: PendingEvent[], durable: boolean): void;
};

/**
 * The way into one run's log. What decides something is on the disk before anyone hears of it; what streams is
 * gathered for up to 50 ms or 4 KB and written in one transaction, the first piece after a pause at once.
 * Lives as long as its run; `flush` before letting go.
 */
export class RunLog {
  readonly #deps: RunLogDeps;
  #waiting: PendingEvent[] = [];
  #chars = 0;
  #lastFlushAt = -Infinity;
  #lastDeltaAt = -Infinity;
  #cancelTimer: (() => void) | null = null;
  #soon = false;

  constructor(deps: RunLogDeps) {
    this.#deps = deps;
  }

  /** Appends at once, with all that was waiting. */
  append(body: RunEventBody, diagnostics?: Record<string, unknown>): void {
    this.#waiting.push({ body, at: this.#deps.clock.now(), ...(diagnostics ? { diagnostics } : {}) });
    this.#commit(true);
  }

  /** Appends soon; deltas of one message join, and a later snapshot of a tool call replaces a waiting one. */
  stream(body: RunEventBody): void {
    const { clock } = this.#deps;
    this.#chars += join(this.#waiting, body, clock.now());
    // The first words don't wait because something else was just told.
    const sinceFlush = clock.monotonic() - (isDelta(body) ? this.#lastDeltaAt : this.#lastFlushAt);
    if (sinceFlush >= gatherMs) this.flush();
    else if (this.#chars >= gatherChars) this.#flushSoon();
    else this.#cancelTimer ??= clock.after(gatherMs - sinceFlush, () => this.flush());
  }

  flush(): void {
    this.#commit(false);
  }

  #commit(durable: boolean): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#chars = 0;
    const now = this.#deps.clock.monotonic();
    if (!durable) this.#lastFlushAt = now;
    if (events.some((event) => isDelta(event.body))) this.#lastDeltaAt = now;
    this.#deps.commit(events, durable);
  }

  /** After all that the agent sent in one piece: a flood makes one transaction of hundreds of events, not of forty. */
  #flushSoon(): void {
    if (this.#soon) return;
    this.#soon = true;
    queueMicrotask(() => {
      this.#soon = false;
      this.flush();
    });
  }
}

/** Puts an event behind the waiting ones, or into the last of them; returns about how many characters it added. */
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
