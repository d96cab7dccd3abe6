import { and, asc, eq } from "drizzle-orm";
import { inParts, nextTurn } from "../lib/slices.ts";
import type { JournalEntry } from "./journal-entry.ts";
import type { Store } from "./open.ts";
import { applyEntries } from "./tables/review.ts";

/** The files of sets, in parts: SQLite writes and reads a row whole, and a set may have tens of thousands. */
export class SetEntries {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Those of a set that has none yet: a part in each write. `first` is written together with the first one. */
  async add(applyId: string, entries: readonly JournalEntry[], first: () => void): Promise<void> {
    if (entries.length === 0) return this.#store.writeOnceFree(first);
    await inParts(entries, (part, at) =>
      this.#store.writeOnceFree(() => {
        if (at === 0) first();
        this.put(applyId, at, part);
      }),
    );
  }

  put(applyId: string, part: number, entries: readonly JournalEntry[]): void {
    const row = { entries: [...entries] };
    this.#store.orm
      .insert(applyEntries)
      .values({ applyId, part, ...row })
      .onConflictDoUpdate({ target: [applyEntries.applyId, applyEntries.part], set: row })
      .run();
  }

  /** Others go on between two of them. */
  async *parts(applyId: string): AsyncGenerator<{ part: number; entries: JournalEntry[] }, void> {
    const { applyId: id, part } = applyEntries;
    const parts = this.#store.orm.select({ part }).from(applyEntries).where(eq(id, applyId)).orderBy(asc(part)).all();
    for (const [at, one] of parts.entries()) {
      if (at > 0) await nextTurn();
      const [row] = this.#store.orm
        .select()
        .from(applyEntries)
        .where(and(eq(id, applyId), eq(part, one.part)))
        .all();
      if (row) yield row;
    }
  }

  async all(applyId: string): Promise<JournalEntry[]> {
    const all: JournalEntry[] = [];
    for await (const { entries } of this.parts(applyId)) all.push(...entries);
    return all;
  }
}
