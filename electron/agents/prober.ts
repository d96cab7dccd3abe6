import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Scope } from "../lib/scope.ts";
import type { Backends } from "./backends.ts";
import type { Registry } from "./registry.ts";
import { needsProbe } from "./status.ts";

export type ProberDeps = { registry: Registry; backends: Backends; clock: Clock; log: Log; scope: Scope };

/** Asks agents what they can, one handshake at a time for each. Ends with its scope. */
export class Prober {
  readonly #deps: ProberDeps;
  readonly #going = new Map<string, Promise<void>>();

  constructor(deps: ProberDeps) {
    this.#deps = deps;
  }

  probe(id: string): Promise<void> {
    const going = this.#going.get(id) ?? this.#probe(id).finally(() => this.#going.delete(id));
    this.#going.set(id, going);
    return going;
  }

  /** Begins the handshakes that are due: never done, done with another program, or long ago. */
  probeDue(): void {
    const { registry, clock, log, scope } = this.#deps;
    if (scope.disposed) return;
    for (const { id, enabled } of registry.definitions()) {
      const look = registry.lookOf(id);
      if (!enabled || look.state !== "found" || !needsProbe(registry.factsOf(id), look.program, clock.now())) continue;
      this.probe(id).catch((error: unknown) => log.error("agent.probe", error));
    }
  }

  async #probe(id: string): Promise<void> {
    const { registry, backends, scope } = this.#deps;
    const backend = backends.of(id);
    if (!backend || !(await registry.locate(id)).ok) return;
    registry.setProbing(id, true);
    try {
      // Most agents tell only with a session that nobody is signed in; once known, a probe looks at just that.
      const signIn = registry.factsOf(id)?.status === "signed_out";
      const probed = await backend.probe(id, { signIn }, scope.signal);
      if (probed.ok) registry.connected(id, probed.value);
      else if (probed.error.type !== "cancelled") registry.failed(id, probed.error);
    } finally {
      registry.setProbing(id, false);
    }
  }
}
