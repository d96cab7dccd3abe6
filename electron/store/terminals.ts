import { and, asc, desc, eq, getTableColumns, isNotNull, notInArray, sql, type SQL } from "drizzle-orm";
import type { TerminalAgent } from "../../shared/contract/terminal-agent.ts";
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

  /** `saved`, here and below: called once it is written, which may be later. */
  add(terminal: Terminal, isShell: boolean, saved: () => void): void {
    const status = isShell ? ("shell" as const) : terminal.status;
    const row = { ...terminal, status, createdAt: Date.parse(terminal.createdAt) };
    const insert = (): void => {
      this.#orm.insert(terminals).values(row).run();
      this.#prune(terminal.sessionId);
    };
    this.#store.keep(insert, { saved });
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

  setTitle(id: string, title: string, saved: () => void): void {
    this.#update(id, { title }, { durable: false, saved });
  }

  setSize(id: string, cols: number, rows: number): void {
    this.#update(id, { cols, rows }, { durable: false });
  }

  setAgent(id: string, agent: TerminalAgent, saved: () => void): void {
    this.#update(id, { agent }, { durable: false, saved });
  }

  end(id: string, exitCode: number | null, screen: string, saved: () => void): void {
    this.#update(id, { status: "exited", exitCode, screen }, { durable: true, saved });
  }

  /** What a shell shows, in case that it is lost. */
  setScreen(id: string, screen: string): void {
    this.#update(id, { screen }, { durable: false });
  }

  /** A person's shell ends with Hearth. */
  lose(id: string, screen: string): void {
    this.#update(id, { status: "lost", screen }, { durable: true });
  }

  isLost(id: string): boolean {
    const row = this.#orm.select({ status: terminals.status }).from(terminals).where(eq(terminals.id, id)).get();
    return row?.status === "lost";
  }

  /** A lost shell has begun anew. */
  begin(id: string, title: string, saved: () => void): void {
    this.#update(id, { status: "shell", exitCode: null, title }, { durable: true, saved });
  }

  /** At start: what an earlier host left running runs no more, and how an agent stood there says nothing any more. */
  endLost(): void {
    const lost = eq(terminals.status, "running");
    this.#store.write(() => {
      for (const { id, agent } of this.#select(and(lost, isNotNull(terminals.agent))).all()) {
        const ended = agent && { ...agent, state: "unknown" as const, evidence: { kind: "exit" as const, text: "" } };
        this.#orm.update(terminals).set({ agent: ended }).where(eq(terminals.id, id)).run();
      }
      this.#orm.update(terminals).set({ status: "exited" }).where(lost).run();
      this.#orm.update(terminals).set({ status: "lost" }).where(eq(terminals.status, "shell")).run();
    });
  }

  remove(id: string): boolean {
    return this.#store.write(() => this.#orm.delete(terminals).where(eq(terminals.id, id)).run().changes === 1);
  }

  #select(where?: SQL) {
    return this.#orm.select(columns).from(terminals).where(where);
  }

  #update(id: string, change: Partial<typeof terminals.$inferInsert>, how: { durable: boolean; saved?: () => void }): void {
    this.#store.keep(() => void this.#orm.update(terminals).set(change).where(eq(terminals.id, id)).run(), how);
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

function toTerminal({ createdAt, status, ...row }: Omit<typeof terminals.$inferSelect, "screen">): Terminal {
  const runs = status === "running" || status === "shell";
  return { ...row, status: runs ? "running" : "exited", createdAt: isoTime(createdAt) };
}
