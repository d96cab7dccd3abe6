import type { ChatUpdate, Queue } from "../../shared/contract/chats.ts";
import type { ToolSnapshot } from "../../shared/run-event.ts";
import type { Listeners } from "../lib/listeners.ts";
import { ChatSnapshot, EventsUpdate } from "./chat-updates.ts";
import { readTurns, type ChatEvents } from "./read-turns.ts";
import type { Published } from "./run-feed.ts";
import { Subscription } from "./subscription.ts";

export type ChatAnnouncement = { chatId: string; update: Extract<ChatUpdate, { type: "run" | "queue" | "tool" | "reading" }> };

export type ChatFeedDeps = {
  events: ChatEvents;
  published: Listeners<Published>;
  announced: Listeners<ChatAnnouncement>;
  queue(chatId: string): Queue;
  openCalls(runId: string): ToolSnapshot[];
};

const snapshotTurns = 20;
const maxWaiting = 20_000;
const maxReplay = 50_000;
const tailRuns = 20;
const pageSize = 500;

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
  const offOther = deps.announced.on(({ chatId: of, update }) => {
    if (of !== chatId) return;
    // A reader that is busy misses nothing of a running call but what is past.
    if (update.type === "tool") live.replace((other) => other.type === "tool" && isSameCall(other, update), update);
    else if (update.type === "reading") live.replace((other) => other.type === "reading" && other.runId === update.runId, update);
    else live.push(update);
  });
  try {
    // Listening began before this read, in the same tick, and the read stops where that began: nothing falls between the two.
    let cursor = deps.events.cursor();
    if (after === undefined) {
      const page = await readTurns(deps, chatId, snapshotTurns, { upTo: cursor });
      yield new ChatSnapshot(page, deps.queue(chatId), cursor);
    } else {
      const tail = after > cursor ? null : readTail(deps.events, chatId, after);
      if (tail === null) {
        yield { type: "resync" };
        return;
      }
      const runs = deps.events.listChat(chatId, tailRuns);
      for (const page of tail) {
        // A run before its events: what tells of one that the reader doesn't know would make it begin anew.
        for (const run of runs)
          if (page.events.some(({ runId, seq }) => runId === run.id && seq === 1)) yield { type: "run", run };
        yield page;
      }
      yield { type: "queue", queue: deps.queue(chatId) };
      for (const run of runs) yield { type: "run", run };
      for (const run of runs) for (const tool of deps.openCalls(run.id)) yield { type: "tool", runId: run.id, tool };
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

function isSameCall(a: Extract<ChatUpdate, { type: "tool" }>, b: Extract<ChatUpdate, { type: "tool" }>): boolean {
  return a.runId === b.runId && a.tool.id === b.tool.id;
}

/** What a reader missed, in pages; null where it is so much that a new snapshot costs less. */
function readTail(events: ChatEvents, chatId: string, after: number): EventsUpdate[] | null {
  const pages: EventsUpdate[] = [];
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
