import { isTerminal, type RunEvent } from "../../shared/run-event.ts";
import type { Listeners } from "../lib/listeners.ts";
import { Subscription } from "./subscription.ts";

export type RunEvents = {
  readRun(runId: string, afterSeq: number, limit: number): RunEvent[];
};

/** A batch of one run's events, just committed. */
export type Published = { runId: string; chatId: string; sessionId: string; events: RunEvent[] };

const pageSize = 500;
const maxWaiting = 20_000;

/**
 * A run's events after `afterSeq`: first from the store, then live, without a gap or a double, until the terminal
 * event. A reader that falls too far behind is thrown out; it goes on from the last number it has.
 */
export async function* followRun(
  deps: { events: RunEvents; published: Listeners<Published> },
  runId: string,
  afterSeq: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent> {
  const live = new Subscription<RunEvent>(maxWaiting);
  const off = deps.published.on((batch) => {
    if (batch.runId === runId) for (const event of batch.events) live.push(event);
  });
  let last = afterSeq;
  try {
    for (;;) {
      const page = deps.events.readRun(runId, last, pageSize);
      for (const event of page) {
        last = event.seq;
        yield event;
        if (isTerminal(event)) return;
      }
      if (page.length < pageSize) break;
    }
    for (;;) {
      const batch = await live.next(signal);
      if (batch === null) return;
      for (const event of batch) {
        if (event.seq <= last) continue;
        last = event.seq;
        yield event;
        if (isTerminal(event)) return;
      }
    }
  } finally {
    off();
    live.end();
  }
}
