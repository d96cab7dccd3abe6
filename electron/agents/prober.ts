import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Log } from "../lib/log.ts";
import type { Scope } from "../lib/scope.ts";
import type { Backends } from "./backends.ts";
import type { Registry } from "./registry.ts";
import { isStale } from "./status.ts";

export type ProberDeps = { registry: Registry; backends: Backends; clock: Clock; log: Log; scope: Scope };

const firstRetryMs = 3 * 60_000;
const maxRetries = 4;

/**
 * Asks agents what they can: those that somebody chose, and no others, as asking starts them. At most one handshake is
 * going on for each, and those that nobody waits for come one after the other. What failed is tried again after a few
 * minutes, and at the next start. Ends with its scope.
 */
export class Prober {
  readonly #deps: ProberDeps;
  readonly #going = new Map<string, Promise<void>>();
  readonly #queue = new KeyedQueue();
  readonly #retries = new Map<string, { count: number; takeBack: () => void }>();

  constructor(deps: ProberDeps) {
    this.#deps = deps;
    deps.scope.add(() => {
      for (const { takeBack } of this.#retries.values()) takeBack();
    });
  }

  /** Now, whatever is known: somebody wants to know. */
  ask(id: string, { keep = false } = {}): Promise<void> {
    this.#forgetRetries(id);
    return this.#begin(id, keep);
  }

  /** Resolves once it isn't being asked. */
  async idle(id: string): Promise<void> {
    await this.#going.get(id);
  }

  /** Each in its turn, as far as it is still wanted then. */
  async askInTurn(ids: readonly string[], wanted: (id: string) => boolean = () => true): Promise<void> {
    await Promise.all(
      ids.map((id) =>
        this.#queue.run("turn", async () => {
          if (!this.#deps.scope.disposed && wanted(id)) await this.#begin(id, false);
        }),
      ),
    );
  }

  /** Somebody chose it: nothing to wait for where it told lately. */
  chosen(id: string): void {
    if (this.#isDue(id)) this.#inBackground(this.ask(id, { keep: true }));
  }

  /** Those whose last answer was a failure, and the one for practice. */
  askAgain(): void {
    const { registry } = this.#deps;
    const due = registry
      .definitions()
      .filter(({ id, forPractice }) => (forPractice || isFailed(registry, id)) && this.#isDue(id))
      .map(({ id }) => id);
    this.#inBackground(this.askInTurn(due, (id) => this.#isDue(id)));
  }

  #isDue(id: string): boolean {
    const { registry, clock, scope } = this.#deps;
    const look = registry.lookOf(id);
    const enabled = registry.find(id)?.enabled ?? false;
    return !scope.disposed && enabled && look.state === "found" && isStale(registry.factsOf(id), look.program, clock.now());
  }

  #begin(id: string, keep: boolean): Promise<void> {
    const going = this.#going.get(id) ?? this.#ask(id, keep).finally(() => this.#going.delete(id));
    this.#going.set(id, going);
    return going;
  }

  async #ask(id: string, keep: boolean): Promise<void> {
    const { registry, backends, scope } = this.#deps;
    const backend = backends.of(id);
    if (!backend || !(await registry.locate(id)).ok) return;
    registry.setAsking(id, true);
    try {
      const told = await backend.probe(id, { keep }, scope.signal);
      if (told.ok) {
        registry.connected(id, told.value);
        registry.setProbedOptions(id, told.value.options);
      } else if (told.error.type !== "cancelled") registry.failed(id, told.error, told.error.report);
    } finally {
      registry.setAsking(id, false);
    }
    this.#planRetry(id);
  }

  #planRetry(id: string): void {
    const { registry, clock, scope } = this.#deps;
    const count = this.#forgetRetries(id) + 1;
    if (scope.disposed || !isFailed(registry, id) || count > maxRetries) return;
    const again = (): void => this.#inBackground(this.askInTurn([id], () => isFailed(registry, id) && this.#isDue(id)));
    this.#retries.set(id, { count, takeBack: clock.after(firstRetryMs * 3 ** (count - 1), again) });
  }

  /** Returns how many there were. */
  #forgetRetries(id: string): number {
    const before = this.#retries.get(id);
    before?.takeBack();
    this.#retries.delete(id);
    return before?.count ?? 0;
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#deps.log.error("agent.probe", error));
  }
}

function isFailed(registry: Registry, id: string): boolean {
  const facts = registry.factsOf(id);
  return facts !== null && facts.status !== "ready";
}
