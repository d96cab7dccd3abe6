import { and, asc, eq } from "drizzle-orm";
import type { Store } from "./open.ts";
import { processes } from "./tables/programs.ts";

/** A child that was started and isn't proved gone yet. `tag` stands in its environment and in that of all it started. */
export type RecordedProcess = typeof processes.$inferSelect;

/** Sole writer of `processes`: what must be gone when this core is. */
export class ProcessRepository {
  readonly #store;

  constructor(store: Store) {
    this.#store = store;
  }

  list(): RecordedProcess[] {
    return this.#store.orm.select().from(processes).orderBy(asc(processes.startedAt)).all();
  }

  add(process: RecordedProcess): void {
    const insert = this.#store.orm.insert(processes).values(process);
    const target = [processes.pid, processes.startTicks];
    this.#store.keep(() => void insert.onConflictDoUpdate({ target, set: process }).run());
  }

  remove(pid: number, startTicks: string): void {
    const which = and(eq(processes.pid, pid), eq(processes.startTicks, startTicks));
    this.#store.keep(() => void this.#store.orm.delete(processes).where(which).run());
  }
}
