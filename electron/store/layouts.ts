import { eq } from "drizzle-orm";
import type { Store } from "./open.ts";
import { layouts } from "./tables/work.ts";

/** Sole writer of `layouts`: one document per session, kept as it was given. */
export class LayoutRepository {
  readonly #store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The stored document; null before the first save. */
  find(sessionId: string): unknown {
    return this.#store.orm.select().from(layouts).where(eq(layouts.sessionId, sessionId)).get()?.document ?? null;
  }

  save(sessionId: string, document: unknown, now: number): void {
    const layout = { document, updatedAt: now };
    const insert = this.#store.orm.insert(layouts).values({ sessionId, ...layout });
    this.#store.write(() => insert.onConflictDoUpdate({ target: layouts.sessionId, set: layout }).run(), { durable: false });
  }
}
