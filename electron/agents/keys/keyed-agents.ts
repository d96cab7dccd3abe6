import type { Agent } from "../../../shared/contract/agents.ts";
import { failure, type Failure } from "../../../shared/errors.ts";
import { ok, type Result } from "../../../shared/result.ts";
import type { Log } from "../../lib/log.ts";
import type { Backends } from "../backends.ts";
import type { Prober } from "../prober.ts";
import type { Registry } from "../registry.ts";
import type { SealedValues } from "../../lib/sealed-values.ts";

export type KeyedAgentsDeps = { keys: SealedValues; registry: Registry; backends: Backends; prober: Prober; log: Log };
type Answer = Promise<Result<Agent, Failure<"AGENT_NOT_FOUND">>>;

/** What a person asks of the keys of an agent, by the agent's id. */
export class KeyedAgents {
  readonly #deps: KeyedAgentsDeps;

  constructor(deps: KeyedAgentsDeps) {
    this.#deps = deps;
  }

  set(id: string, name: string, value: string): Answer {
    return this.#change(id, () => this.#deps.keys.set(id, name, value));
  }

  remove(id: string, name: string): Answer {
    return this.#change(id, () => this.#deps.keys.remove(id, name));
  }

  /** Who runs already has the keys as they were: it takes no new session, and the agent is asked anew. */
  async #change(id: string, change: () => Promise<void>): Answer {
    const { registry, backends, prober, log } = this.#deps;
    const unknown = failure("AGENT_NOT_FOUND", `There is no agent ${id}`, { field: "id" });
    if (!registry.find(id)) return unknown;
    await change();
    backends.retire(id);
    backends.of(id)?.forgive(id);
    registry.look(true);
    if (registry.lookOf(id).state === "found") prober.ask(id).catch((error: unknown) => log.error("agent.probe", error));
    const agent = registry.get(id);
    return agent ? ok(agent) : unknown;
  }
}
