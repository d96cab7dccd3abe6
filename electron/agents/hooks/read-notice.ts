import { isRecord } from "../../../shared/is-record.ts";
import type { TuiState } from "../../../shared/contract/terminal-agent.ts";
import { isConversation } from "../tuis.ts";
import { noticeFolderName, noticeName, type HookEvent } from "./recipes.ts";

/** What a notify hook said: the state that its event means, in the agent's words, and its name of the conversation. */
export type Notice = { state: TuiState | null; text: string; conversation: string | null };

/** What one agent's hook puts into a terminal's folder, and what it says. */
export class NoticeReader {
  /** The variable that names the folder. */
  readonly folderVariable = noticeFolderName;
  readonly #agentId: string;
  readonly #events: readonly HookEvent[];

  constructor(agentId: string, events: readonly HookEvent[]) {
    this.#agentId = agentId;
    this.#events = events;
  }

  /** By the name of a file in that folder; null where it isn't a notice of this agent's. */
  eventOf(fileName: string): string | null {
    const [, agentId, event = null] = noticeName.exec(fileName) ?? [];
    return agentId === this.#agentId ? event : null;
  }

  read(event: string, payload: string): Notice {
    return readNotice(this.#events, event, payload);
  }
}

/** A payload is the agent's, and can be anything: what can't be read says nothing but its event. Pure. */
export function readNotice(events: readonly HookEvent[], event: string, payload: string): Notice {
  const fields = parse(payload);
  const word = (name: string): string | null => (typeof fields[name] === "string" ? fields[name] : null);
  const type = word("notification_type");
  const said = events.find((one) => one.event === event && (!one.types || fits(one.types, type, word("message"))));
  const text = [event, word("message") ?? word("tool_name")].filter((part) => part !== null).join(": ");
  const conversation = word("session_id") ?? word("thread-id");
  return {
    state: said?.state ?? null,
    text,
    conversation: conversation !== null && isConversation(conversation) ? conversation : null,
  };
}

/** Versions that tell no type say it in words. */
function fits(types: readonly string[], type: string | null, message: string | null): boolean {
  return type === null ? /permission|approv/i.test(message ?? "") : types.includes(type);
}

function parse(payload: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(payload);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
