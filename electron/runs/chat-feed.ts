import type { ChatUpdate, Queue, Turn } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { RunEvent } from "../../shared/run-event.ts";
import { foldRun } from "../../shared/run-fold.ts";
import type { Listeners } from "../lib/listeners.ts";
import { EventsUpdate } from "./events-update.ts";
import type { Published } from "./run-feed.ts";
import { Subscription } from "./subscription.ts";

export type ChatEvents = {
  listChat(chatId: string, limit: number, beforeId?: string): Run[];
  readRun(runId: string, afterSeq: number, limit: number): RunEvent[];
  readChat(chatId: string, afterCursor: number, limit: number): RunEvent[];
  cursor(): number;
};

export type ChatAnnouncement = { chatId: string; update: Extract<ChatUpdate, { type: "run" | "queue" }> };

export type ChatFeedDeps = {
  events: ChatEvents;
  published: Listeners<Published>;
  announced: Listeners<ChatAnnouncement>;
  queue(chatId: string): Queue;
};

const snapshotTurns = 20;
const pageSize = 500;
const maxWaiting = 20_000;
const maxReplay = 50_000;

/** Turns of a chat, oldest first: the `limit` before `beforeRunId`, or the last ones. */
export function readTurns(
  events: ChatEvents,
  chatId: string,
  limit: number,
  beforeRunId?: string,
): { turns: Turn[]; more: boolean } {
  const runs = events.listChat(chatId, limit + 1, beforeRunId);
  const shown = runs.length > limit ? runs.slice(1) : runs;
  return {
    turns: shown.map((run) => ({ run, timeline: foldRun(run.id, allEvents(events, run.id)) })),
    more: runs.length > limit,
  };
}

function* allEvents(events: ChatEvents, runId: string): Generator<RunEvent> {
  let last = 0;
  for (;;) {
    const page = events.readRun(runId, last, pageSize);
    yield* page;
    last = page.at(-1)?.seq ?? last;
    if (page.length < pageSize) return;
  }
}

/** A chat as it is and as it goes on; see `chatUpdate` of the contract. */
export async function* followChat(
  deps: ChatFeedDeps,
  chatId: string,
  after: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChatUpdate> {
  const live = new Subscription<ChatUpdate>(maxWaiting);
  const offEvents = deps.published.on((batch) => {
    const cursor = batch.events.at(-1)?.cursor;
    if (batch.chatId === chatId && cursor !== undefined) live.push(new EventsUpdate(batch.events, cursor), batch.events.length);
  });
  const offOther = deps.announced.on((announcement) => {
    if (announcement.chatId === chatId) live.push(announcement.update);
  });
  try {
    // Listening began before this read, in the same tick: nothing falls between the two.
    let cursor = deps.events.cursor();
    if (after === undefined) {
      yield { type: "snapshot", ...readTurns(deps.events, chatId, snapshotTurns), queue: deps.queue(chatId), cursor };
    } else {
      const tail = after > cursor ? null : readTail(deps.events, chatId, after);
      if (tail === null) {
        yield { type: "resync" };
        return;
      }
      yield* tail;
      yield { type: "queue", queue: deps.queue(chatId) };
      for (const run of deps.events.listChat(chatId, 3)) yield { type: "run", run };
    }
    for (;;) {
      const updates = await live.next(signal);
      if (updates === null) break;
      for (const update of updates) {
        if (update.type !== "events") yield update;
        else if (update.cursor > cursor) {
          cursor = update.cursor;
          yield update;
        }
      }
    }
    if (live.overflowed) yield { type: "resync" };
  } finally {
    offEvents();
    offOther();
    live.end();
  }
}

/** What a reader missed, in pages; null where it is so much that a new snapshot costs less. */
function readTail(events: ChatEvents, chatId: string, after: number): ChatUpdate[] | null {
  const pages: ChatUpdate[] = [];
  let last = after;
  for (;;) {
    const page = events.readChat(chatId, last, pageSize);
    const cursor = page.at(-1)?.cursor;
    if (cursor === undefined) return pages;
    pages.push(new EventsUpdate(page, cursor));
    last = cursor;
    if (pages.length * pageSize > maxReplay) return null;
    if (page.length < pageSize) return pages;
  }
}
