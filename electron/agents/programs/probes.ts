import { randomUUID } from "node:crypto";
import type { Result } from "../../../shared/result.ts";
import type { BackendDeps, ProbeFailure, ProbeReport } from "../backend.ts";
import type { FoundAgent } from "../status.ts";
import { launchOf } from "./launch.ts";
import type { Pool } from "./pool.ts";
import { probeAgent } from "./probe.ts";

type Probed = Promise<Result<ProbeReport, ProbeFailure>>;
type Options = { stays: boolean; methodId: string | null };

/** Agents that are asked what they can do, or sign the person in, outside of any chat. */
export class Probes {
  readonly #deps: Pick<BackendDeps, "locate" | "folder">;
  readonly #pool: Pool;

  constructor(deps: Pick<BackendDeps, "locate" | "folder">, pool: Pool) {
    this.#deps = deps;
    this.#pool = pool;
  }

  /** `keep`: a process that chats can share stays for them. */
  async probe(agentId: string, { keep }: { keep: boolean }, signal: AbortSignal): Probed {
    const located = await this.#deps.locate(agentId);
    if (!located.ok) return located;
    return this.#probe(located.value, { stays: keep && located.value.ways.shares, methodId: null }, signal);
  }

  async signIn(agentId: string, methodId: string, signal: AbortSignal): Probed {
    const located = await this.#deps.locate(agentId);
    if (!located.ok) return located;
    return this.#probe(located.value, { stays: located.value.ways.shares, methodId }, signal);
  }

  /** In a process of its own, whoever else uses such an agent. */
  tryOut(agent: FoundAgent, signal: AbortSignal): Probed {
    const launch = launchOf({ ...agent, ways: { ...agent.ways, shares: false } }, randomUUID());
    return probeAgent(this.#pool, launch, { stays: false, methodId: null, folder: this.#deps.folder, signal });
  }

  #probe(agent: FoundAgent, options: Options, signal: AbortSignal): Probed {
    return probeAgent(this.#pool, launchOf(agent, "probe"), { ...options, folder: this.#deps.folder, signal });
  }
}
