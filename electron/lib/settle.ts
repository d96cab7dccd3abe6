import type { Clock } from "./clock.ts";

export type SettleDeps = {
  clock: Clock;
  /** Called once nothing was noticed for so long … */
  quietMs: number;
  /** … and at the latest so long after the first that was. */
  maxMs: number;
  /** So many times as long as the work took it isn't done again: it may cost that part of a processor and no more. */
  restRatio: number;
  work: () => Promise<void>;
  onError: (error: unknown) => void;
};

/**
 * Does the same work after bursts of notices, one at a time; a notice that comes while it is done has it done again.
 * Without notices there is no timer. Until `dispose`.
 */
export class Settle {
  readonly #deps: SettleDeps;
  #firstAt: number | null = null;
  #restUntil = 0;
  #cancel: (() => void) | null = null;
  #going: Promise<void> | null = null;
  #disposed = false;

  constructor(deps: SettleDeps) {
    this.#deps = deps;
  }

  /** Whether something was noticed that the work hasn't seen yet. */
  get pending(): boolean {
    return this.#firstAt !== null || this.#going !== null;
  }

  notice(): void {
    if (this.#disposed) return;
    this.#firstAt ??= this.#deps.clock.monotonic();
    if (!this.#going) this.#arm();
  }

  /** Resolves when the work has seen all that was noticed until now, which it does without waiting. */
  async settled(): Promise<void> {
    await this.#going;
    if (this.#firstAt !== null && !this.#disposed) await this.#start();
  }

  dispose(): void {
    this.#disposed = true;
    this.#firstAt = null;
    this.#cancel?.();
  }

  #arm(): void {
    const { clock, quietMs, maxMs } = this.#deps;
    const now = clock.monotonic();
    const latest = (this.#firstAt ?? now) + maxMs;
    const at = Math.max(Math.min(now + quietMs, latest), this.#restUntil);
    this.#cancel?.();
    this.#cancel = clock.after(Math.max(0, at - now), () => void this.#start());
  }

  #start(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    this.#going ??= this.#work().finally(() => {
      this.#going = null;
      if (this.#firstAt !== null && !this.#disposed) this.#arm();
    });
    return this.#going;
  }

  async #work(): Promise<void> {
    const { clock, restRatio, work, onError } = this.#deps;
    const begunAt = clock.monotonic();
    this.#firstAt = null;
    try {
      await work();
    } catch (error) {
      onError(error);
    }
    const now = clock.monotonic();
    this.#restUntil = now + (now - begunAt) * restRatio;
  }
}
