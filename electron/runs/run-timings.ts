import type { Timings, Usage } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";

/** How long each step of a run took, from the moment this is made; each is taken once. */
export class RunTimings {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #value: Timings;

  /** `sinceMs`: how long ago the run was created. */
  constructor(clock: Clock, known: Timings, sinceMs = 0) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic() - sinceMs;
    this.#value = known;
  }

  get value(): Timings {
    return this.#value;
  }

  mark(name: keyof Timings): void {
    if (this.#value[name] !== undefined) return;
    const ms = Math.round(this.#clock.monotonic() - this.#startedAt);
    this.#value = { ...this.#value, [name]: Math.max(0, ms) };
  }
}

/** What only the stream of updates tells: the context window, and a cost and a speed where the agent gives one. */
export function contextOf(usage: Usage | null): Partial<Usage> {
  if (!usage) return {};
  const { contextUsed = null, contextSize = null, cost = null, tokensPerSecond = null } = usage;
  return {
    contextUsed,
    contextSize,
    ...(cost === null ? {} : { cost }),
    ...(tokensPerSecond === null ? {} : { tokensPerSecond }),
  };
}
