import type { Clock } from "./clock.ts";

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** Tries something again later: after 0.1 s, then after twice as long each time, up to 5 s. Owns its timer until `stop`. */
export class Retry {
  readonly #clock: Clock;
  readonly #attempt: () => void;
  #pauseMs = firstPauseMs;
  #cancelTimer: () => void = () => {};

  constructor(clock: Clock, attempt: () => void) {
    this.#clock = clock;
    this.#attempt = attempt;
  }

  later(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(this.#pauseMs, this.#attempt);
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
  }

  /** The next `later` begins with the shortest pause again. */
  stop(): void {
    this.#cancelTimer();
    this.#pauseMs = firstPauseMs;
  }
}
