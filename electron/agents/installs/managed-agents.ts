import type { Agent } from "../../../shared/contract/agents.ts";
import { failure, type Failure } from "../../../shared/errors.ts";
import { ok, type Result } from "../../../shared/result.ts";
import type { Backends } from "../backends.ts";
import type { AgentDefinition } from "../definition.ts";
import type { Prober } from "../prober.ts";
import type { Registry } from "../registry.ts";
import type { Installs } from "./installs.ts";
import type { InstallFailure } from "./npm-failure.ts";
import type { Managed } from "./pins.ts";

export type ManagedAgentsDeps = { installs: Installs; registry: Registry; backends: Backends; prober: Prober };
type Answer = Promise<Result<Agent, InstallFailure | Failure<"AGENT_NOT_FOUND">>>;

/** What a person asks of the agents that Hearth can install, by the agent's id. */
export class ManagedAgents {
  readonly #deps: ManagedAgentsDeps;

  constructor(deps: ManagedAgentsDeps) {
    this.#deps = deps;
  }

  /** What is pinned, or an update that is known. Resolves when it is there, and asked what it can do, or was stopped. */
  install(id: string): Answer {
    const { installs, prober } = this.#deps;
    return this.#on(id, async (definition) => {
      const installed = await installs.install(definition);
      if (installed.ok) prober.chosen(id);
      return installed;
    });
  }

  stop(id: string): Answer {
    return this.#on(id, async ({ managed }) => {
      await this.#deps.installs.stop(managed);
      return ok(null);
    });
  }

  lookForUpdate(id: string): Answer {
    return this.#on(id, (definition) => this.#deps.installs.lookForUpdate(definition));
  }

  /** Its children take no new session and end after their turns; then its room comes free. */
  remove(id: string): Answer {
    const { installs, registry, backends } = this.#deps;
    return this.#on(id, async ({ managed }) => {
      const users = registry.list().filter(({ path }) => installs.isFrom(managed, path));
      await installs.remove(managed);
      for (const user of users) backends.retire(user.id);
      await installs.sweep();
      return ok(null);
    });
  }

  async #on(
    id: string,
    work: (definition: AgentDefinition & { managed: Managed }) => Promise<Result<null, InstallFailure>>,
  ): Answer {
    const { registry } = this.#deps;
    const definition = registry.find(id);
    if (!definition) return failure("AGENT_NOT_FOUND", `There is no agent ${id}`, { field: "id" });
    const { managed, label, homepage } = definition;
    if (!managed)
      return failure("AGENT_INSTALL_FAILED", `Hearth doesn't install ${label}${homepage ? `. How to: ${homepage}` : ""}`);
    const done = await work({ ...definition, managed });
    const agent = registry.get(id);
    if (!done.ok) return done;
    return agent ? ok(agent) : failure("AGENT_NOT_FOUND", `There is no agent ${id} any more`, { field: "id" });
  }
}
