import { and, asc, eq, getTableColumns, isNull, sql } from "drizzle-orm";
import type { ContentBlock } from "../../shared/prompt.ts";
import type { Store } from "./open.ts";
import { given } from "./columns.ts";
import { PreparedUpdates } from "./prepared-updates.ts";
import { chats, drafts, sessions } from "./tables/work.ts";

export type ChatRow = typeof chats.$inferSelect;
type ChatChange = Partial<Pick<ChatRow, "title" | "titleSource" | "lastAgentId" | "archived" | "queueHeld" | "handover">>;

/** Sole writer of `chats` and `drafts`. A chat of a removed session is found by nothing. */
export class ChatRepository {
  readonly #store;
  readonly #byId;
  readonly #updates;

  constructor(store: Store) {
    this.#store = store;
    this.#updates = new PreparedUpdates(store, chats, eq(chats.id, sql.placeholder("id")));
    this.#byId = this.#select(eq(chats.id, given("id"))).prepare();
  }

  find(id: string): ChatRow | null {
    return this.#byId.get({ id }) ?? null;
  }

  list(): ChatRow[] {
    return this.#select().orderBy(asc(chats.sessionId), asc(chats.tabNumber)).all();
  }

  listOfSession(sessionId: string): ChatRow[] {
    return this.#select(eq(chats.sessionId, sessionId)).orderBy(asc(chats.tabNumber)).all();
  }

  add(chat: Pick<ChatRow, "id" | "sessionId" | "tabNumber" | "title" | "titleSource" | "forkedAt" | "createdAt">): void {
    this.#store.write(() => this.#store.orm.insert(chats).values(chat).run());
  }

  /** Changes what is given; returns the row as it is then, null where there is none. */
  update(id: string, change: ChatChange): ChatRow | null {
    return this.#store.write(() => {
      this.#updates.run({ id }, change);
      return this.find(id);
    });
  }

  /** A change that nobody waits for; `saved` is called once it is written, which may be later. */
  keepUpdate(id: string, change: ChatChange, saved: () => void): void {
    this.#store.keep(() => this.#updates.run({ id }, change), { saved });
  }

  draft(chatId: string): { blocks: ContentBlock[]; updatedAt: number } | null {
    return this.#store.orm.select().from(drafts).where(eq(drafts.chatId, chatId)).get() ?? null;
  }

  saveDraft(chatId: string, blocks: ContentBlock[], now: number): void {
    const draft = { blocks, updatedAt: now };
    const insert = this.#store.orm.insert(drafts).values({ chatId, ...draft });
    this.#store.write(() => insert.onConflictDoUpdate({ target: drafts.chatId, set: draft }).run());
  }

  #select(where?: ReturnType<typeof eq>) {
    return this.#store.orm
      .select(getTableColumns(chats))
      .from(chats)
      .innerJoin(sessions, and(eq(sessions.id, chats.sessionId), isNull(sessions.removedAt)))
      .where(where);
  }
}
