import * as z from "zod";
import { contentBlock, type ContentBlock } from "../../shared/prompt.ts";
import type { Store } from "./open.ts";

const blocksColumn = z.array(contentBlock);

export type ChatRow = {
  id: string;
  sessionId: string;
  tabNumber: number;
  title: string;
  titleSource: "auto" | "prompt" | "user";
  lastAgentId: string | null;
  archived: boolean;
  queueHeld: boolean;
  createdAt: number;
};

type Row = {
  id: string;
  session_id: string;
  tab_number: number;
  title: string;
  title_source: ChatRow["titleSource"];
  last_agent_id: string | null;
  archived: number;
  queue_held: number;
  created_at: number;
};

/** Sole writer of `chats` and `drafts`. */
export type ChatRepository = ReturnType<typeof createChatRepository>;

export function createChatRepository(store: Store) {
  const { sqlite } = store;
  const live = "FROM chats JOIN sessions ON sessions.id = chats.session_id AND sessions.removed_at IS NULL";
  const byId = sqlite.prepare<[string], Row>(`SELECT chats.* ${live} WHERE chats.id = ?`);
  const ofSession = sqlite.prepare<[string], Row>(`SELECT chats.* ${live} WHERE chats.session_id = ? ORDER BY tab_number`);
  const all = sqlite.prepare<[], Row>(`SELECT chats.* ${live} ORDER BY chats.session_id, tab_number`);
  const insert = sqlite.prepare(
    "INSERT INTO chats (id, session_id, tab_number, title, title_source, created_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const update = sqlite.prepare(
    "UPDATE chats SET title = ?, title_source = ?, last_agent_id = ?, archived = ?, queue_held = ? WHERE id = ?",
  );
  const getDraft = sqlite.prepare<[string], { blocks: string; updated_at: number }>(
    "SELECT blocks, updated_at FROM drafts WHERE chat_id = ?",
  );
  const putDraft = sqlite.prepare(
    "INSERT INTO drafts (chat_id, blocks, updated_at) VALUES (?, ?, ?) ON CONFLICT (chat_id) DO UPDATE SET blocks = excluded.blocks, updated_at = excluded.updated_at",
  );
  const find = (id: string): ChatRow | null => toChat(byId.get(id));
  return {
    find,
    list: (): ChatRow[] => all.all().flatMap((row) => toChat(row) ?? []),
    listOfSession: (sessionId: string): ChatRow[] => ofSession.all(sessionId).flatMap((row) => toChat(row) ?? []),
    add(chat: Pick<ChatRow, "id" | "sessionId" | "tabNumber" | "title" | "titleSource" | "createdAt">): void {
      store.durably(() => insert.run(chat.id, chat.sessionId, chat.tabNumber, chat.title, chat.titleSource, chat.createdAt));
    },
    /** Changes what is given; answers the row as it is then, null where there is none. */
    update(
      id: string,
      change: Partial<Pick<ChatRow, "title" | "titleSource" | "lastAgentId" | "archived" | "queueHeld">>,
    ): ChatRow | null {
      return store.durably(() => {
        const before = find(id);
        if (!before) return null;
        const now = { ...before, ...change };
        update.run(now.title, now.titleSource, now.lastAgentId, now.archived ? 1 : 0, now.queueHeld ? 1 : 0, id);
        return now;
      });
    },
    draft(chatId: string): { blocks: ContentBlock[]; updatedAt: number } | null {
      const row = getDraft.get(chatId);
      return row ? { blocks: blocksColumn.parse(JSON.parse(row.blocks)), updatedAt: row.updated_at } : null;
    },
    saveDraft(chatId: string, blocks: ContentBlock[], now: number): void {
      store.durably(() => putDraft.run(chatId, JSON.stringify(blocks), now));
    },
  };
}

function toChat(row: Row | undefined): ChatRow | null {
  if (!row) return null;
  return {
    id: row.id,
    sessionId: row.session_id,
    tabNumber: row.tab_number,
    title: row.title,
    titleSource: row.title_source,
    lastAgentId: row.last_agent_id,
    archived: row.archived === 1,
    queueHeld: row.queue_held === 1,
    createdAt: row.created_at,
  };
}
