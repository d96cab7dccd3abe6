import { and, asc, eq, notInArray } from "drizzle-orm";
import { inParts, nextTurn } from "../lib/slices.ts";
import type { JournalEntry } from "./journal-entry.ts";
import type { Store } from "./open.ts";
import { applies, applyEntries } from "./tables/review.ts";

/** A list as the row of a set names it. */
type SetList = Pick<typeof applies.$inferSelect, "entriesId" | "parts">;

/** The files of sets, in lists of parts. A list is of nobody until a row of `applies` names it. */
export class SetEntries {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Writes a list, and with its last part whatever makes it a set's: until then it is nobody's. */
  async add(listId: string, entries: readonly JournalEntry[], own: (parts: number) => void): Promise<void> {
    let parts = 0;
    await inParts(entries, (part, at, isLast) => {
      parts = at + 1;
      return this.#store.writeOnceFree(() => {
        this.put(listId, at, part);
        if (isLast) own(parts);
      });
    });
    if (parts === 0) await this.#store.writeOnceFree(() => own(0));
  }

  put(listId: string, part: number, entries: readonly JournalEntry[]): void {
    const row = { entries: [...entries] };
    this.#store.orm
      .insert(applyEntries)
      .values({ listId, part, ...row })
      .onConflictDoUpdate({ target: [applyEntries.listId, applyEntries.part], set: row })
      .run();
  }

  /** Others go on between two of them. */
  async *parts(listId: string): AsyncGenerator<JournalEntry[], void> {
    for (const [at, part] of this.#partsOf(listId).entries()) {
      if (at > 0) await nextTurn();
      const [row] = this.#store.orm.select().from(applyEntries).where(isPart(listId, part)).all();
      if (row) yield row.entries;
    }
  }

  /** Null where they aren't all there, as many parts as the set's row says. */
  async all(listId: string, parts: number): Promise<JournalEntry[] | null> {
    const all: JournalEntry[][] = [];
    for await (const entries of this.parts(listId)) all.push(entries);
    return all.length === parts ? all.flat() : null;
  }

  /** A list as two: of those paths, and of all others. */
  async split(listId: string, [ownId, restId]: readonly [string, string], own: ReadonlySet<string>): Promise<[SetList, SetList]> {
    const [mine, rest] = [
      { entriesId: ownId, parts: 0 },
      { entriesId: restId, parts: 0 },
    ];
    const add = async (list: SetList, entries: readonly JournalEntry[]): Promise<void> => {
      if (entries.length === 0) return;
      await this.#store.writeOnceFree(() => this.put(list.entriesId, list.parts, entries));
      list.parts += 1;
    };
    for await (const entries of this.parts(listId)) {
      await add(
        mine,
        entries.filter(({ path }) => own.has(path)),
      );
      await add(
        rest,
        entries.filter(({ path }) => !own.has(path)),
      );
    }
    return [mine, rest];
  }

  async drop(listId: string): Promise<void> {
    for (const part of this.#partsOf(listId)) {
      await this.#store.writeOnceFree(() => this.#store.orm.delete(applyEntries).where(isPart(listId, part)).run());
      await nextTurn();
    }
  }

  /** Lists that were cut off, and those of sets that are deleted. Call before anyone writes one. */
  async dropUnowned(): Promise<void> {
    const { orm } = this.#store;
    const owned = orm.select({ id: applies.entriesId }).from(applies);
    const unowned = orm
      .selectDistinct({ id: applyEntries.listId })
      .from(applyEntries)
      .where(notInArray(applyEntries.listId, owned));
    for (const { id } of unowned.all()) await this.drop(id);
  }

  #partsOf(listId: string): number[] {
    const { listId: list, part } = applyEntries;
    const rows = this.#store.orm.select({ part }).from(applyEntries).where(eq(list, listId)).orderBy(asc(part)).all();
    return rows.map((row) => row.part);
  }
}

function isPart(listId: string, part: number) {
  return and(eq(applyEntries.listId, listId), eq(applyEntries.part, part));
}
