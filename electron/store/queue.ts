import { and, asc, eq } from "drizzle-orm";
import type { QueueItem, RunChoice } from "../../shared/contract/chats.ts";
import type { ContentBlock } from "../../shared/prompt.ts";
import { isoTime } from "../lib/clock.ts";
import type { Store } from "./open.ts";
import { queue } from "./tables/work.ts";

type NewQueueItem = {
  id: string;
  chatId: string;
  prompt: ContentBlock[];
  choice: RunChoice;
  createdAt: number;
  idempotencyKey: string | null;
};

/** Sole writer of `queue`: prompts that wait for their turn, in order. */
export class QueueRepository {
  readonly #orm;

  constructor({ orm }: Store) {
    this.#orm = orm;
  }

  list(chatId: string): QueueItem[] {
    return this.#ofChat(chatId).map(toItem);
  }

  findByKey(chatId: string, key: string): QueueItem | null {
    const row = this.#ofChat(chatId).find((one) => one.idempotencyKey === key);
    return row ? toItem(row) : null;
  }

  /** The key that the item was added under, for the run that is made of it. */
  keyOf(chatId: string, id: string): string | undefined {
    return this.#ofChat(chatId).find((one) => one.id === id)?.idempotencyKey ?? undefined;
  }

  add(item: NewQueueItem): void {
    const last = this.#ofChat(item.chatId).at(-1)?.position ?? 0;
    this.#orm
      .insert(queue)
      .values({ ...item, position: last + 1 })
      .run();
  }

  setPrompt(chatId: string, id: string, prompt: ContentBlock[]): boolean {
    return this.#orm.update(queue).set({ prompt }).where(isItem(chatId, id)).run().changes > 0;
  }

  /** Puts the item where it has `index` others before it. */
  move(chatId: string, id: string, index: number): boolean {
    const others = this.#ofChat(chatId).filter((row) => row.id !== id);
    const before = others[index - 1]?.position;
    const after = others[index]?.position;
    const position = before === undefined ? (after ?? 1) - 1 : after === undefined ? before + 1 : (before + after) / 2;
    return this.#orm.update(queue).set({ position }).where(isItem(chatId, id)).run().changes > 0;
  }

  remove(chatId: string, id: string): boolean {
    return this.#orm.delete(queue).where(isItem(chatId, id)).run().changes > 0;
  }

  chatsWaiting(): string[] {
    const waiting = this.#orm.selectDistinct({ chatId: queue.chatId }).from(queue).all();
    return waiting.map(({ chatId }) => chatId);
  }

  #ofChat(chatId: string) {
    return this.#orm.select().from(queue).where(eq(queue.chatId, chatId)).orderBy(asc(queue.position)).all();
  }
}

function toItem(row: typeof queue.$inferSelect): QueueItem {
  const { position: _, idempotencyKey: __, createdAt, ...item } = row;
  return { ...item, createdAt: isoTime(createdAt) };
}

function isItem(chatId: string, id: string) {
  return and(eq(queue.id, id), eq(queue.chatId, chatId));
}
