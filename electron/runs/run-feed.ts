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
 * event. A reader that falls behind what is kept for it goes on from the store. A number that the run hasn't come to
 * can't have been seen: it counts as nothing seen.
 */
export async function* followRun(
  deps: { events: RunEvents; published: Listeners<Published> },
  runId: string,
  afterSeq: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent> {
  const [seen] = afterSeq > 0 ? deps.events.readRun(runId, afterSeq - 1, 1) : [];
  if (seen && isTerminal(seen)) return;
  let last = seen ? afterSeq : 0;
  while (!signal?.aborted) {
    const live = new Subscription<RunEvent>(maxWaiting);
    const off = deps.published.on((batch) => {
      if (batch.runId === runId) for (const event of batch.events) live.push(event);
    });
    try {
      for await (const event of storedThenLive(deps.events, live, runId, last, signal)) {
        last = event.seq;
        yield event;
        if (isTerminal(event)) return;
      }
    } finally {
      off();
      live.end();
    }
  }
}

/** Ends with the signal, or where more came than `live` keeps. */
async function* storedThenLive(
  events: RunEvents,
  live: Subscription<RunEvent>,
  runId: string,
  afterSeq: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent> {
  let last = afterSeq;
  for (;;) {
    const page = events.readRun(runId, last, pageSize);
    yield* page;
    last = page.at(-1)?.seq ?? last;
    if (page.length < pageSize) break;
  }
  for (;;) {
    const batch = await live.next(signal);
    if (batch === null) return;
    for (const event of batch) {
      if (event.seq <= last) continue;
      last = event.seq;
      yield event;
    }
  }
}
