import type { QueueItem, RunChoice } from "../../shared/contract/chats.ts";
import type { ContentBlock } from "../../shared/prompt.ts";
import { isoTime } from "../lib/clock.ts";
import type { Store } from "./open.ts";

type Row = { id: string; chat_id: string; position: number; prompt: string; choice: string; created_at: number };

/** Sole writer of `queue`: prompts that wait for their turn, in order. */
export type QueueRepository = ReturnType<typeof createQueueRepository>;

export function createQueueRepository(store: Store) {
  const { sqlite } = store;
  const ofChat = sqlite.prepare<[string], Row>("SELECT * FROM queue WHERE chat_id = ? ORDER BY position");
  const insert = sqlite.prepare(
    "INSERT INTO queue (id, chat_id, position, prompt, choice, created_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const setPrompt = sqlite.prepare("UPDATE queue SET prompt = ? WHERE id = ? AND chat_id = ?");
  const setPosition = sqlite.prepare("UPDATE queue SET position = ? WHERE id = ? AND chat_id = ?");
  const remove = sqlite.prepare("DELETE FROM queue WHERE id = ? AND chat_id = ?");
  const waiting = sqlite.prepare<[], { chat_id: string }>("SELECT DISTINCT chat_id FROM queue");
  return {
    list: (chatId: string): QueueItem[] => ofChat.all(chatId).map(toItem),
    add(item: { id: string; chatId: string; prompt: ContentBlock[]; choice: RunChoice; createdAt: number }): void {
      const last = ofChat.all(item.chatId).at(-1)?.position ?? 0;
      insert.run(item.id, item.chatId, last + 1, JSON.stringify(item.prompt), JSON.stringify(item.choice), item.createdAt);
    },
    setPrompt: (chatId: string, id: string, prompt: ContentBlock[]): boolean =>
      setPrompt.run(JSON.stringify(prompt), id, chatId).changes > 0,
    /** Puts the item where it has `index` others before it. */
    move(chatId: string, id: string, index: number): boolean {
      const others = ofChat.all(chatId).filter((row) => row.id !== id);
      const before = others[index - 1]?.position;
      const after = others[index]?.position;
      const position = before === undefined ? (after ?? 1) - 1 : after === undefined ? before + 1 : (before + after) / 2;
      return setPosition.run(position, id, chatId).changes > 0;
    },
    remove: (chatId: string, id: string): boolean => remove.run(id, chatId).changes > 0,
    chatsWaiting: (): string[] => waiting.all().map((row) => row.chat_id),
  };
}

function toItem(row: Row): QueueItem {
  return {
    id: row.id,
    chatId: row.chat_id,
    prompt: JSON.parse(row.prompt) as ContentBlock[],
    choice: JSON.parse(row.choice) as RunChoice,
    createdAt: isoTime(row.created_at),
  };
}
