import type { RunTimer } from "../../shared/run-state.ts";
import type { Clock } from "../lib/clock.ts";

/** The timers that a run's state machine asks for; one of each name. `disarm` ends them all. */
export class RunTimers {
  readonly #clock: Clock;
  readonly #due: (timer: RunTimer) => void;
  readonly #armed = new Map<RunTimer, () => void>();

  constructor(clock: Clock, due: (timer: RunTimer) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  arm(timer: RunTimer, ms: number): void {
    this.#armed.get(timer)?.();
    this.#armed.set(
      timer,
      this.#clock.after(ms, () => this.#due(timer)),
    );
  }

  disarm(): void {
    for (const cancel of this.#armed.values()) cancel();
    this.#armed.clear();
  }
}
