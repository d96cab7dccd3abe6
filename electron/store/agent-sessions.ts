import { and, asc, eq, sql } from "drizzle-orm";
import type { Usage } from "../../shared/run-event.ts";
import type { Store } from "./open.ts";
import { PreparedUpdates } from "./prepared-updates.ts";
import { agentSessions } from "./tables/programs.ts";

/** `canResume`, `canLoad`: what the agent could do when it was last seen. */
export type StoredAgentSession = typeof agentSessions.$inferSelect;

/** Sole writer of `agent_sessions`: each agent's memory of each chat. */
export class AgentSessionRepository {
  readonly #store;
  readonly #one;
  readonly #updates;

  constructor(store: Store) {
    this.#store = store;
    const keyIs = and(eq(agentSessions.chatId, sql.placeholder("chatId")), eq(agentSessions.agentId, sql.placeholder("agentId")));
    this.#one = store.orm.select().from(agentSessions).where(keyIs).prepare();
    this.#updates = new PreparedUpdates(store, agentSessions, keyIs);
  }

  find(chatId: string, agentId: string): StoredAgentSession | null {
    return this.#one.get({ chatId, agentId }) ?? null;
  }

  list(chatId: string): StoredAgentSession[] {
    const { orm } = this.#store;
    return orm.select().from(agentSessions).where(eq(agentSessions.chatId, chatId)).orderBy(asc(agentSessions.agentId)).all();
  }

  save(session: Omit<StoredAgentSession, "usage">): void {
    const { chatId: _, agentId: __, ...rest } = session;
    const insert = this.#store.orm.insert(agentSessions).values(session);
    const target = [agentSessions.chatId, agentSessions.agentId];
    this.#store.keep(() => void insert.onConflictDoUpdate({ target, set: rest }).run());
  }

  setStatus(chatId: string, agentId: string, status: StoredAgentSession["status"]): void {
    this.#store.keep(() => this.#set(chatId, agentId, { status }));
  }

  touch(chatId: string, agentId: string, at: number): void {
    this.#store.keep(() => this.#set(chatId, agentId, { lastActiveAt: at }), { durable: false });
  }

  /** Adds a turn's usage to what there is; context figures and those that were never told stay what they are. */
  addUsage(chatId: string, agentId: string, turn: Usage): void {
    const add = (): void => this.#set(chatId, agentId, { usage: sumUsage(this.find(chatId, agentId)?.usage ?? null, turn) });
    this.#store.keep(add, { durable: false });
  }

  #set(chatId: string, agentId: string, change: Partial<StoredAgentSession>): void {
    this.#updates.run({ chatId, agentId }, change);
  }
}

function sumUsage(before: Usage | null, turn: Usage): Usage {
  const sum = (a: number | null | undefined, b: number | null | undefined): number | null =>
    a === null || a === undefined ? (b ?? null) : a + (b ?? 0);
  return {
    input: sum(before?.input, turn.input),
    cached: sum(before?.cached, turn.cached),
    output: sum(before?.output, turn.output),
    reasoning: sum(before?.reasoning, turn.reasoning),
    cost: sum(before?.cost, turn.cost),
    contextUsed: turn.contextUsed ?? before?.contextUsed ?? null,
    contextSize: turn.contextSize ?? before?.contextSize ?? null,
  };
}
