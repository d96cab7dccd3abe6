import { isTerminal, type RunEvent } from "../../shared/run-event.ts";
import type { Listeners } from "../lib/listeners.ts";
import { Subscription } from "./subscription.ts";

export type RunEvents = {
  readRun(runId: string, afterSeq: number, limit: number): RunEvent[];
  /** The events of all runs of a session, in the order of their cursors. */
  readSession(sessionId: string, afterCursor: number, limit: number): RunEvent[];
};

/** A batch of one run's events, just committed. */
export type Published = { runId: string; chatId: string; sessionId: string; events: RunEvent[] };

const pageSize = 500;
const maxWaiting = 20_000;

export type FeedDeps = { events: RunEvents; published: Listeners<Published> };

/**
 * A run's events after `afterSeq`: first from the store, then live, without a gap or a double, until the terminal
 * event. A reader that falls behind what is kept for it goes on from the store. A number that the run hasn't come to
 * can't have been seen: it counts as nothing seen.
 */
export async function* followRun(
  deps: FeedDeps,
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
      const read = (after: number): RunEvent[] => deps.events.readRun(runId, after, pageSize);
      for await (const event of storedThenLive(read, seqOf, live, last, signal)) {
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

/** The events of all runs of a session after a cursor: first from the store, then live, until the reader goes. */
export async function* followSession(
  deps: FeedDeps,
  sessionId: string,
  afterCursor: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent> {
  let last = afterCursor;
  while (!signal?.aborted) {
    const live = new Subscription<RunEvent>(maxWaiting);
    const off = deps.published.on((batch) => {
      if (batch.sessionId === sessionId) for (const event of batch.events) live.push(event);
    });
    try {
      const read = (after: number): RunEvent[] => deps.events.readSession(sessionId, after, pageSize);
      for await (const event of storedThenLive(read, cursorOf, live, last, signal)) {
        last = event.cursor;
        yield event;
      }
    } finally {
      off();
      live.end();
    }
  }
}

const seqOf = (event: RunEvent): number => event.seq;
const cursorOf = (event: RunEvent): number => event.cursor;

/** `read` gives a page of what comes after a place, `placeOf` an event's. Ends with the signal, or where more came than `live` keeps. */
async function* storedThenLive(
  read: (after: number) => RunEvent[],
  placeOf: (event: RunEvent) => number,
  live: Subscription<RunEvent>,
  after: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent> {
  let last = after;
  for (;;) {
    const page = read(last);
    yield* page;
    const end = page.at(-1);
    last = end ? placeOf(end) : last;
    if (page.length < pageSize) break;
  }
  for (;;) {
    const batch = await live.next(signal);
    if (batch === null) return;
    for (const event of batch) {
      if (placeOf(event) <= last) continue;
      last = placeOf(event);
      yield event;
    }
  }
}
