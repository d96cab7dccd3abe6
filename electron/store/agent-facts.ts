import { eq } from "drizzle-orm";
import type { Store } from "./open.ts";
import { agentFacts } from "./tables/programs.ts";

export type AgentFacts = typeof agentFacts.$inferSelect;

/** Sole writer of `agent_facts`. */
export class AgentFactsRepository {
  readonly #store;
  readonly #orm;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
  }

  load(): AgentFacts[] {
    return this.#orm.select().from(agentFacts).all();
  }

  save(facts: AgentFacts): void {
    const insert = this.#orm.insert(agentFacts).values(facts);
    this.#store.keep(() => void insert.onConflictDoUpdate({ target: agentFacts.agentId, set: facts }).run());
  }

  remove(agentId: string): void {
    this.#store.keep(() => void this.#orm.delete(agentFacts).where(eq(agentFacts.agentId, agentId)).run());
  }
}
