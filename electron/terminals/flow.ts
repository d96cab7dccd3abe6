export const highChars = 100_000;
const lowChars = 5_000;
/** Characters that the screen may be behind; its parser takes some MB a second. */
const screenHighChars = 1_000_000;

export type FlowDeps = {
  program: { pause(): void; resume(): void };
  /** Whether the program is held for readers. */
  holds: boolean;
  /** Readers that skipped have drawn what they had. */
  caughtUp: () => void;
};

/** Holds a program while its screen or its readers are too far behind. */
export class Flow {
  readonly #deps: FlowDeps;
  #unparsed = 0;
  #undrawn = 0;
  #slow = false;
  #behind = false;
  #held = false;

  constructor(deps: FlowDeps) {
    this.#deps = deps;
  }

  toScreen(chars: number): void {
    this.#unparsed += chars;
    this.#update();
  }

  onScreen(chars: number): void {
    this.#unparsed -= chars;
    this.#update();
  }

  toReaders(chars: number): void {
    this.#undrawn += chars;
    this.#update();
  }

  drawn(chars: number): void {
    this.#undrawn = Math.max(0, this.#undrawn - chars);
    this.#update();
  }

  /** The share of one that left is not known; those who stay have at most as much again to draw. */
  readersChanged(): void {
    this.#undrawn = 0;
    this.#update();
  }

  skips(): boolean {
    return this.#slow && !this.#deps.holds;
  }

  isHeld(): boolean {
    return this.#held;
  }

  #update(): void {
    const { program, holds, caughtUp } = this.#deps;
    if (this.#undrawn > highChars) this.#slow = true;
    else if (this.#slow && this.#undrawn < lowChars) {
      this.#slow = false;
      if (!holds) caughtUp();
    }
    if (this.#unparsed > screenHighChars) this.#behind = true;
    else if (this.#unparsed < screenHighChars / 2) this.#behind = false;
    const hold = this.#behind || (this.#slow && holds);
    if (hold === this.#held) return;
    this.#held = hold;
    if (hold) program.pause();
    else program.resume();
  }
}
