import { eq } from "drizzle-orm";
import type { Store } from "./open.ts";
import { agentProofs } from "./tables/programs.ts";

export type StoredProof = typeof agentProofs.$inferSelect;

/** Sole writer of `agent_proofs`. */
export class AgentProofRepository {
  readonly #store;
  readonly #orm;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
  }

  load(): StoredProof[] {
    return this.#orm.select().from(agentProofs).all();
  }

  save(proof: StoredProof): void {
    const insert = this.#orm.insert(agentProofs).values(proof);
    const target = [agentProofs.agentId, agentProofs.version, agentProofs.protocol];
    this.#store.keep(() => void insert.onConflictDoUpdate({ target, set: proof }).run());
  }

  remove(agentId: string): void {
    this.#store.keep(() => void this.#orm.delete(agentProofs).where(eq(agentProofs.agentId, agentId)).run());
  }
}
