import type { Clock } from "../../lib/clock.ts";
import type { Result } from "../../../shared/result.ts";

export type HealthDeps = {
  clock: Clock;
  ask(signal: AbortSignal): Promise<Result<unknown, unknown>>;
  /** When the server was last heard, monotonic ms. */
  heardAt(): number;
  /** Opens the stream of its events again where it has gone silent. */
  checkFeed(): void;
  isBusy(): boolean;
  onDead(message: string): void;
};

const everyMs = 15_000;
const answerMs = 10_000;
/** Without any sign of life; a busy server may only be slow. */
const idleLimitMs = 45_000;
const busyLimitMs = 180_000;

/**
 * Asks a server how it is, every 15 s. It is dead when nothing was heard of it for long, neither an answer nor an
 * event: however many questions failed meanwhile, that is one failure. It asks until `stop`.
 */
export class Health {
  readonly #deps: HealthDeps;
  #aliveAt: number;
  #takeBack: (() => void) | null = null;
  #stopped = false;

  constructor(deps: HealthDeps) {
    this.#deps = deps;
    this.#aliveAt = deps.clock.monotonic();
    this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    this.#takeBack?.();
  }

  #plan(): void {
    if (!this.#stopped) this.#takeBack = this.#deps.clock.after(everyMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    const deps = this.#deps;
    const answer = await deps.ask(AbortSignal.timeout(answerMs));
    if (this.#stopped) return;
    if (answer.ok) this.#aliveAt = deps.clock.monotonic();
    deps.checkFeed();
    const silentMs = deps.clock.monotonic() - Math.max(this.#aliveAt, deps.heardAt());
    if (silentMs > (deps.isBusy() ? busyLimitMs : idleLimitMs)) {
      this.stop();
      return deps.onDead(`Its server has answered nothing for ${Math.round(silentMs / 1000)} s, so it was ended`);
    }
    this.#plan();
  }
}
