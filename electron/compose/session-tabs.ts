import type { Tab, Tabs } from "../assistant/tools/read-tab.ts";
import { chatText } from "../runs/chat-text.ts";
import { eventsOf, type ChatLineage } from "../runs/chat-lineage.ts";
import { readTurns } from "../runs/read-turns.ts";
import type { RunRecords } from "../runs/run-records.ts";
import type { ChatsService } from "../sessions/chats-service.ts";
import { screenText } from "../terminals/screen-text.ts";
import type { TerminalsService } from "../terminals/service.ts";

export type SessionTabsDeps = {
  chats: Pick<ChatsService, "find" | "list">;
  terminals: Pick<TerminalsService, "list" | "ticket" | "attach">;
  records: RunRecords;
  lineage: ChatLineage;
};

/** Of a chat, so many of its latest turns. */
const turnsRead = 20;

/** The chats and terminals of a session, as one chat's agent may read them. */
export class SessionTabs implements Tabs {
  readonly #deps: SessionTabsDeps;

  constructor(deps: SessionTabsDeps) {
    this.#deps = deps;
  }

  list(chatId: string): Tab[] {
    const { chats, terminals } = this.#deps;
    const sessionId = chats.find(chatId)?.sessionId;
    if (sessionId === undefined) return [];
    const others = chats.list(sessionId);
    const opened = terminals.list(sessionId);
    return [
      ...(others.ok ? others.value : [])
        .filter((chat) => chat.id !== chatId && !chat.archived)
        .map(({ tabNumber, title }) => ({ ...tabOf("chat", String(tabNumber), title), state: "" })),
      ...(opened.ok ? opened.value : []).map(({ id, title, status, owner }) => ({
        ...{ ...tabOf("terminal", id, title), state: status, isPersons: owner === null },
      })),
    ];
  }

  async read(chatId: string, name: string, signal: AbortSignal): Promise<string | null> {
    const sessionId = this.#deps.chats.find(chatId)?.sessionId;
    if (sessionId === undefined) return null;
    const chats = this.#deps.chats.list(sessionId);
    const chat = chats.ok && chats.value.find(({ tabNumber }) => String(tabNumber) === name);
    return chat ? this.#readChat(chat.id) : this.#readTerminal(name, signal);
  }

  async #readChat(chatId: string): Promise<string> {
    const { records, lineage } = this.#deps;
    const { turns } = await readTurns({ events: eventsOf(records, lineage), openCalls: () => [] }, chatId, turnsRead);
    return chatText(turns);
  }

  async #readTerminal(id: string, signal: AbortSignal): Promise<string | null> {
    const ticket = this.#deps.terminals.ticket(id);
    const attached = ticket.ok ? this.#deps.terminals.attach(id, ticket.value.ticket, signal) : ticket;
    if (!attached.ok) return null;
    // The screen comes first; who leaves then holds nothing up.
    for await (const told of attached.value) if (told.type === "replay") return screenText(told);
    return null;
  }
}

function tabOf(kind: Tab["kind"], name: string, title: string): Omit<Tab, "state"> {
  return { kind, name, title: title.replaceAll(/\s+/g, " "), isPersons: false };
}
