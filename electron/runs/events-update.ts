import type { ChatUpdate } from "../../shared/contract/chats.ts";
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
