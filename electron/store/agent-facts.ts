import { eq } from "drizzle-orm";
import type { Store } from "./open.ts";
import { agentFacts } from "./tables/programs.ts";

export type AgentFacts = typeof agentFacts.$inferSelect;

/** Sole writer of `agent_facts`. */
export class AgentFactsRepository {
  readonly #orm;

  constructor({ orm }: Store) {
    this.#orm = orm;
  }

  load(): AgentFacts[] {
    return this.#orm.select().from(agentFacts).all();
  }

  save(facts: AgentFacts): void {
    this.#orm.insert(agentFacts).values(facts).onConflictDoUpdate({ target: agentFacts.agentId, set: facts }).run();
  }

  remove(agentId: string): void {
    this.#orm.delete(agentFacts).where(eq(agentFacts.agentId, agentId)).run();
  }
}
