import type { Clock } from "../lib/clock.ts";

/** A program may set its title in a loop; nobody needs more of it than this. */
export const titlePauseMs = 250;

/**
 * A terminal's title: tells the first at once and then, after each pause, the last that came meanwhile.
 * Its timer ends with `end`, which tells what is left.
 */
export class Title {
  readonly #clock: Clock;
  readonly #tell: (title: string) => void;
  #told = "";
  #latest = "";
  #cancelTimer: (() => void) | null = null;

  constructor({ clock, tell }: { clock: Clock; tell: (title: string) => void }) {
    this.#clock = clock;
    this.#tell = (title) => tell(title);
  }

  /** As it was told last. */
  get text(): string {
    return this.#told;
  }

  set(title: string): void {
    this.#latest = title;
    if (this.#cancelTimer === null) this.#sayAndPause();
  }

  end(): void {
    this.#cancelTimer?.();
    this.#say();
  }

  #sayAndPause(): void {
    if (this.#latest === this.#told) return;
    this.#say();
    this.#cancelTimer = this.#clock.after(titlePauseMs, () => {
      this.#cancelTimer = null;
      this.#sayAndPause();
    });
  }

  #say(): void {
    if (this.#latest === this.#told) return;
    this.#told = this.#latest;
    this.#tell(this.#told);
  }
}
