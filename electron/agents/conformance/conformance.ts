import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { AgentProof, ProofLine, Proving } from "../../../shared/contract/agent-proofs.ts";
import type { AgentConfigEntry } from "../../../shared/contract/agents.ts";
import { failure, type Failure } from "../../../shared/errors.ts";
import { ok, type Result } from "../../../shared/result.ts";
import { isoTime } from "../../lib/clock.ts";
import type { Scope } from "../../lib/scope.ts";
import type { Backends } from "../backends.ts";
import type { BackendKind } from "../backend.ts";
import type { Registry } from "../registry.ts";
import type { FoundAgent } from "../status.ts";
import { findTried, type TryDeps } from "../try-out.ts";
import { Bench, proofPrefix, type BenchDeps } from "./bench.ts";
import type { Proofs } from "./proofs.ts";
import { prove } from "./prove.ts";

export type ConformanceDeps = Omit<BenchDeps, "agent" | "kind"> &
  Omit<TryDeps, "backendOf"> & {
    kinds: Readonly<Record<string, BackendKind>>;
    registry: Registry;
    backends: Backends;
    proofs: Proofs;
    scope: Scope;
  };

export type ProofFailure = Failure<"AGENT_NOT_FOUND" | "AGENT_CONFIG_INVALID" | "CODING_AGENT_ENGINE_UNAVAILABLE">;

/** Tries agents out, whole: those of the list, whose proof is kept, and what may become one. */
export class Conformance {
  readonly #deps: ConformanceDeps;
  readonly #benches = new Set<Bench>();
  readonly #leftOver: readonly string[];

  constructor(deps: ConformanceDeps) {
    this.#deps = deps;
    this.#leftOver = readdirSync(deps.folder).filter((name) => name.startsWith(proofPrefix));
  }

  /** The programs that are on trial now. */
  programsInUse(): string[] {
    return [...this.#benches].flatMap(({ program }) => program ?? []);
  }

  /** Deletes what an earlier core left that died in a trial. Its children are ended by then. */
  async sweep(): Promise<void> {
    const { folder, log } = this.#deps;
    for (const name of this.#leftOver) {
      try {
        await rm(path.join(folder, name), { recursive: true, force: true, maxRetries: 3 });
      } catch (error) {
        log.warn("agent.proof", { folder: String(error) });
      }
    }
  }

  /** It starts when it is read, and ends with the signal or the reader. */
  async begin(
    wanted: { id: string } | { entry: AgentConfigEntry },
    signal: AbortSignal,
  ): Promise<Result<AsyncGenerator<Proving>, ProofFailure>> {
    const found = "id" in wanted ? await this.#findListed(wanted.id) : await findTried(this.#deps, wanted.entry);
    if (!found.ok) return found;
    return ok(this.#conduct(found.value, "id" in wanted, signal));
  }

  async #findListed(id: string): Promise<Result<FoundAgent, ProofFailure>> {
    const { registry, backends } = this.#deps;
    if (!registry.find(id)) return failure("AGENT_NOT_FOUND", `There is no agent ${id}`, { field: "id" });
    const located = await registry.locate(id);
    if (!located.ok) return failure("CODING_AGENT_ENGINE_UNAVAILABLE", located.error.message, { field: "id" });
    backends.of(id)?.forgive(id);
    return located;
  }

  /** By the first of its protocols that its program understands. */
  async *#conduct(agent: FoundAgent, kept: boolean, signal: AbortSignal): AsyncGenerator<Proving> {
    const { definition } = agent;
    const { transports } = definition;
    for (const [at, transport] of transports.entries()) {
      const isLast = at === transports.length - 1;
      const spoken = { ...agent, definition: { ...definition, transports: [transport] } };
      const understood = yield* this.#tryAll(spoken, transport.protocol, { kept, isLast, signal });
      if (understood) return;
    }
  }

  /** Returns whether the protocol was understood; if not, and there is another, nothing has been said yet. */
  async *#tryAll(
    agent: FoundAgent,
    protocol: string,
    { kept, isLast, signal }: { kept: boolean; isLast: boolean; signal: AbortSignal },
  ): AsyncGenerator<Proving, boolean> {
    const { kinds, scope, clock } = this.#deps;
    const kind = kinds[agent.definition.kind];
    if (!kind) return true;
    const bench = new Bench({ ...this.#deps, agent, kind });
    const end = (): void => void bench.dispose();
    this.#benches.add(bench);
    const forget = scope.add(() => bench.dispose());
    signal.addEventListener("abort", end, { once: true });
    const lines: ProofLine[] = [];
    try {
      const opened = await bench.open();
      if (!opened.ok && opened.error.type === "other-protocol" && !isLast) return false;
      for await (const event of prove(bench, AbortSignal.any([signal, scope.signal]))) {
        if (event.type === "line") lines.push(event.line);
        yield event;
      }
      if (signal.aborted || scope.disposed) return true;
      const { id: agentId, label } = agent.definition;
      const version = bench.told.report?.version ?? agent.program.version;
      const proof = { agentId, label, version, protocol, checkedAt: isoTime(clock.now()), turns: bench.turns, lines };
      if (kept) this.#keep(proof, agent, bench);
      yield { type: "proof", proof };
      return true;
    } finally {
      signal.removeEventListener("abort", end);
      forget();
      await bench.dispose();
      this.#benches.delete(bench);
    }
  }

  #keep(proof: AgentProof, { program }: FoundAgent, { told }: Bench): void {
    const { proofs, registry } = this.#deps;
    // Of an agent that couldn't be started nothing is proved, and what was stays.
    if (!told.report) return;
    proofs.save(proof, program.fingerprint);
    registry.connected(proof.agentId, told.report);
    if (told.options) registry.setProbedOptions(proof.agentId, told.options);
  }
}
