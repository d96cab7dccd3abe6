import type { Clock } from "../lib/clock.ts";

const maxRounds = 20;

/** Agents say the last of a turn a moment after its end: waits until they are quiet, for a while. */
export class Stragglers {
  readonly #clock: Clock;
  #heard = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  heard(): void {
    this.#heard = true;
  }

  async wait(quietMs: number, isWanted: () => boolean): Promise<void> {
    if (quietMs === 0 || !isWanted()) return;
    let rounds = maxRounds;
    do {
      this.#heard = false;
      await new Promise<void>((resolve) => this.#clock.after(quietMs, resolve));
      rounds -= 1;
    } while (this.#heard && rounds > 0 && isWanted());
  }
}
