import { and, asc, desc, eq, getTableColumns, isNotNull, notInArray, sql } from "drizzle-orm";
import type { Terminal } from "../../shared/contract/terminals.ts";
import { isoTime } from "../lib/clock.ts";
import { rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import { terminals } from "./tables/programs.ts";

/** Ended terminals of agents that are kept for each session; older ones go. */
const keptOfAgents = 200;

/** All but the screen, which can be large and is read by itself. */
const { screen: _, ...columns } = getTableColumns(terminals);

/** Sole writer of `terminals`. */
export class TerminalRepository {
  readonly #store;
  readonly #orm;
  readonly #byId;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
    this.#byId = this.#select(eq(terminals.id, sql.placeholder("id"))).prepare();
  }

  add(terminal: Omit<Terminal, "status" | "exitCode" | "createdAt"> & { createdAt: number }): void {
    this.#store.write(() => {
      this.#orm
        .insert(terminals)
        .values({ ...terminal, status: "running" })
        .run();
      this.#prune(terminal.sessionId);
    });
  }

  find(id: string): Terminal | null {
    const row = this.#byId.get({ id });
    return row ? toTerminal(row) : null;
  }

  list(sessionId?: string): Terminal[] {
    const where = sessionId === undefined ? undefined : eq(terminals.sessionId, sessionId);
    return this.#select(where).orderBy(asc(rowOrder)).all().map(toTerminal);
  }

  screen(id: string): string {
    const row = this.#orm.select({ screen: terminals.screen }).from(terminals).where(eq(terminals.id, id)).get();
    return row?.screen ?? "";
  }

  setTitle(id: string, title: string): void {
    this.#update(id, { title }, { durable: false });
  }

  setSize(id: string, cols: number, rows: number): void {
    this.#update(id, { cols, rows }, { durable: false });
  }

  end(id: string, exitCode: number | null, screen: string): void {
    this.#update(id, { status: "exited", exitCode, screen }, { durable: true });
  }

  /** At start: what an earlier host left running runs no more. */
  endLost(): void {
    const end = this.#orm.update(terminals).set({ status: "exited" }).where(eq(terminals.status, "running"));
    this.#store.write(() => end.run());
  }

  remove(id: string): boolean {
    return this.#store.write(() => this.#orm.delete(terminals).where(eq(terminals.id, id)).run().changes === 1);
  }

  #select(where?: ReturnType<typeof eq>) {
    return this.#orm.select(columns).from(terminals).where(where);
  }

  #update(id: string, change: Partial<typeof terminals.$inferInsert>, level: { durable: boolean }): void {
    this.#store.write(() => this.#orm.update(terminals).set(change).where(eq(terminals.id, id)).run(), level);
  }

  #prune(sessionId: string): void {
    const ofAgents = and(eq(terminals.sessionId, sessionId), isNotNull(terminals.owner));
    const kept = this.#orm
      .select({ id: terminals.id })
      .from(terminals)
      .where(ofAgents)
      .orderBy(desc(rowOrder))
      .limit(keptOfAgents);
    this.#orm
      .delete(terminals)
      .where(and(ofAgents, eq(terminals.status, "exited"), notInArray(terminals.id, kept)))
      .run();
  }
}

function toTerminal({ createdAt, ...row }: Omit<typeof terminals.$inferSelect, "screen">): Terminal {
  return { ...row, createdAt: isoTime(createdAt) };
}
