import type { AgentProof, KnownProof, ProofLine } from "../../../shared/contract/agent-proofs.ts";
import { isoTime } from "../../lib/clock.ts";
import type { AgentProofRepository, StoredProof } from "../../store/agent-proofs.ts";
import type { AgentDefinition } from "../definition.ts";
import type { Found } from "../status.ts";

/** Which agent it is about: its program as the look found it, and the version that it told, where it did. */
export type Subject = { definition: AgentDefinition; program: Found; version: string | null };

/** What conformance runs proved, of each version of each agent and each protocol that it was spoken with in. */
export class Proofs {
  readonly #rows: Pick<AgentProofRepository, "save" | "remove">;
  readonly #known: Map<string, StoredProof[]>;

  constructor(rows: Pick<AgentProofRepository, "load" | "save" | "remove">) {
    this.#rows = rows;
    this.#known = Map.groupBy(rows.load(), ({ agentId }) => agentId);
  }

  /** What holds of the agent as it is now: of this version, in the protocol that comes first. */
  of({ definition, program, version }: Subject): readonly ProofLine[] {
    const stored = this.#known.get(definition.id) ?? [];
    const holds = stored.filter((proof) => isOf(proof, program, version));
    for (const { protocol } of definition.transports) {
      const proof = holds.find((one) => one.protocol === protocol);
      if (proof) return proof.lines;
    }
    return [];
  }

  /** The latest, whatever version it is of; `isOld`: of another one than there is now. */
  latest(subject: Subject): KnownProof | null {
    const { definition, program, version } = subject;
    const [stored] = (this.#known.get(definition.id) ?? []).toSorted((a, b) => b.checkedAt - a.checkedAt);
    if (!stored) return null;
    const { agentId, protocol, checkedAt, turns, lines } = stored;
    return {
      ...{ agentId, label: definition.label, version: stored.version || null, protocol, turns, lines },
      checkedAt: isoTime(checkedAt),
      isOld: !isOf(stored, program, version),
    };
  }

  save(proof: AgentProof, fingerprint: string): void {
    const { agentId, version, protocol, turns, lines } = proof;
    const row = { agentId, version: version ?? "", protocol, fingerprint, turns, lines, checkedAt: Date.parse(proof.checkedAt) };
    const others = (this.#known.get(agentId) ?? []).filter((one) => one.version !== row.version || one.protocol !== protocol);
    this.#known.set(agentId, [...others, row]);
    this.#rows.save(row);
  }

  forget(agentId: string): void {
    if (this.#known.delete(agentId)) this.#rows.remove(agentId);
  }
}

/** Whether that is what there is now: by the version it tells, or else by the program itself. */
function isOf(proof: StoredProof, program: Found, told: string | null): boolean {
  if (told !== null && proof.version !== "") return proof.version === told;
  return proof.fingerprint === program.fingerprint || (proof.version !== "" && proof.version === program.version);
}
