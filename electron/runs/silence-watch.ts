import type { Clock } from "../lib/clock.ts";

const stepMs = 5_000;

export type SilenceWatchDeps = {
  clock: Clock;
  limitSeconds: number;
  /** A tool runs, or somebody is asked: then silence is none. */
  isExcused: () => boolean;
  onLimit: (seconds: number) => void;
};

/**
 * How long an agent has been silent, from the prompt until `end`. It is counted in short steps, and no step counts for
 * more than it should have taken: however long the machine sleeps, that is one.
 */
export class SilenceWatch {
  readonly #deps: SilenceWatchDeps;
  #quietMs = 0;
  #takeBack: () => void;

  constructor(deps: SilenceWatchDeps) {
    this.#deps = deps;
    this.#takeBack = this.#next();
  }

  heard(): void {
    this.#quietMs = 0;
  }

  end(): void {
    this.#takeBack();
  }

  #next(): () => void {
    return this.#deps.clock.after(stepMs, () => this.#step());
  }

  #step(): void {
    const { limitSeconds, isExcused, onLimit } = this.#deps;
    this.#quietMs = isExcused() ? 0 : this.#quietMs + stepMs;
    if (this.#quietMs >= limitSeconds * 1000) return onLimit(limitSeconds);
    this.#takeBack = this.#next();
  }
}
