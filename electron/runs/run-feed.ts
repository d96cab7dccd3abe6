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
  const way: Followed = {
    isOf: (batch) => batch.runId === runId,
    read: (after) => deps.events.readRun(runId, after, pageSize),
    placeOf: (event) => event.seq,
  };
  for await (const event of follow(deps, way, seen ? afterSeq : 0, signal)) {
    yield event;
    if (isTerminal(event)) return;
  }
}

/** The events of all runs of a session after a cursor: first from the store, then live, until the reader goes. */
export async function* followSession(
  deps: FeedDeps,
  sessionId: string,
  afterCursor: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent> {
  const way: Followed = {
    isOf: (batch) => batch.sessionId === sessionId,
    read: (after) => deps.events.readSession(sessionId, after, pageSize),
    placeOf: (event) => event.cursor,
  };
  yield* follow(deps, way, afterCursor, signal);
}

/** What is followed: which batches are of it, a page of what is stored after a place, an event's place. */
type Followed = {
  isOf: (batch: Published) => boolean;
  read: (after: number) => RunEvent[];
  placeOf: (event: RunEvent) => number;
};

/** Ends with the signal only: where more came than a subscription keeps, it goes on from the store. */
async function* follow(deps: FeedDeps, way: Followed, after: number, signal: AbortSignal | undefined): AsyncGenerator<RunEvent> {
  let last = after;
  while (!signal?.aborted) {
    const live = new Subscription<RunEvent>(maxWaiting);
    const off = deps.published.on((batch) => {
      if (way.isOf(batch)) for (const event of batch.events) live.push(event);
    });
    try {
      for await (const event of storedThenLive(way, live, last, signal)) {
        last = way.placeOf(event);
        yield event;
      }
    } finally {
      off();
      live.end();
    }
  }
}

/** Ends with the signal, or where more came than `live` keeps. */
async function* storedThenLive(
  { read, placeOf }: Followed,
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
