import type { ChatUpdate, Queue, Turn } from "../../shared/contract/chats.ts";
import type { RunEvent } from "../../shared/run-event.ts";

/**
 * A batch of a chat's events on its way to readers. oRPC looks through every plain object for dates, sets and the like,
 * for each reader again; what is of a class it hands to JSON as it is. Events came out of JSON, so nothing is lost.
 */
export class EventsUpdate implements Extract<ChatUpdate, { type: "events" }> {
  readonly type = "events";
  readonly events: RunEvent[];
  readonly cursor: number;

  constructor(events: RunEvent[], cursor: number) {
    this.events = events;
    this.cursor = cursor;
  }
}

/** A chat's last turns, on the same way for the same reason: they are large. */
export class ChatSnapshot implements Extract<ChatUpdate, { type: "snapshot" }> {
  readonly type = "snapshot";
  readonly turns: Turn[];
  readonly more: boolean;
  readonly queue: Queue;
  readonly cursor: number;

  constructor(page: { turns: Turn[]; more: boolean }, queue: Queue, cursor: number) {
    this.turns = page.turns;
    this.more = page.more;
    this.queue = queue;
    this.cursor = cursor;
  }
}
