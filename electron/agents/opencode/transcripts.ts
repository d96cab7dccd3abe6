import type { Usage } from "../../../shared/run-event.ts";
import type { AgentUpdate } from "../port.ts";
import type { SessionEvent } from "./server-event.ts";
import type { MessageWithParts, PermissionRequest } from "./shapes.ts";
import { Transcript } from "./transcript.ts";
import { addUsage } from "./turn-end.ts";

/** What a session and its sub-agents say, each thing told once. */
export class Transcripts {
  readonly #sessionId: string;
  readonly #own = new Transcript(null);
  #title = "";
  readonly #subs = new Map<string, Transcript>();

  constructor(sessionId: string) {
    this.#sessionId = sessionId;
  }

  begin(): void {
    for (const transcript of [this.#own, ...this.#subs.values()]) transcript.begin();
  }

  lostDeltas(): void {
    this.#own.lostDeltas();
  }

  isOld(messageId: string): boolean {
    return this.#own.isOld(messageId);
  }

  whole(message: MessageWithParts, sessionId = this.#sessionId): AgentUpdate[] {
    return this.#of(sessionId).whole(message);
  }

  receive(event: SessionEvent): AgentUpdate[] {
    const isOwn = event.sessionId === this.#sessionId;
    switch (event.type) {
      case "message":
        return this.#of(event.sessionId).message(event.info);
      case "part":
        return this.#of(event.sessionId).part(event.part);
      case "delta":
        return isOwn ? this.#own.delta(event.messageId, event.partId, event.text) : [];
      case "todo":
        return isOwn ? [{ type: "plan", entries: event.entries }] : [];
      case "compacted":
        return isOwn ? [{ type: "compacted" }] : [];
      case "session":
        return isOwn ? this.#retitle(event.info.title) : [];
      default:
        return [];
    }
  }

  callOf({ sessionID, tool }: PermissionRequest): string | null {
    return tool ? this.#of(sessionID).nameOfCall(tool.messageID, tool.callID) : null;
  }

  usage(contextSize: number | null): Usage | null {
    const usage = addUsage(
      this.#own.usage,
      [...this.#subs.values()].map((sub) => sub.usage),
    );
    return usage && (contextSize === null ? usage : { ...usage, contextSize });
  }

  /** Sessions are told of again and again. */
  #retitle(title: string): AgentUpdate[] {
    if (!isTitle(title) || title === this.#title) return [];
    this.#title = title;
    return [{ type: "title", title }];
  }

  #of(sessionId: string): Transcript {
    if (sessionId === this.#sessionId) return this.#own;
    const sub = this.#subs.get(sessionId) ?? new Transcript(sessionId);
    this.#subs.set(sessionId, sub);
    return sub;
  }
}

/** Until it has found one, a session is called by the time at which it began. */
export function isTitle(title: string): boolean {
  return title.trim() !== "" && !/^(New|Child) session - \d{4}-/.test(title);
}
