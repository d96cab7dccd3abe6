import type { Clock } from "../lib/clock.ts";

/** Characters that a reader may be behind, some tenths of a second of drawing: a Ctrl+C is seen soon. */
const highChars = 2_000_000;
const lowChars = highChars / 2;
/** Who skips has caught up when it has no more than this to draw. */
const caughtUpChars = 200_000;
/** Characters that the screen may be behind; its parser takes some MB a second. */
const screenHighChars = 2_000_000;
/** A reader that has drawn nothing for so long is asleep (a frozen window, a stopped debugger) and holds nobody up. */
export const asleepMs = 3_000;

/** What flow has to know of a reader: the characters that it was given or that wait for it, and has not drawn. */
export type FlowReader = {
  backlog(): number;
  /** What waits for it isn't wanted any more. */
  skip(): void;
};

export type FlowDeps<R> = {
  program: { pause(): void; resume(): void };
  /** Whether the program is held for readers. */
  holds: boolean;
  clock: Clock;
  /** A reader that skipped has drawn what it had. */
  caughtUp: (reader: R) => void;
};

/**
 * Holds a program while its screen or a reader is too far behind. A reader that isn't waited for *skips*: it is given
 * nothing until it has caught up. Its timer ends with `end`.
 */
export class Flow<R extends FlowReader> {
  readonly #deps: FlowDeps<R>;
  readonly #slow = new Set<R>();
  readonly #skipping = new Set<R>();
  #behind = false;
  #held = false;
  #cancelTimer: (() => void) | null = null;

  constructor(deps: FlowDeps<R>) {
    this.#deps = deps;
  }

  /** So many characters have come and are not on the screen. */
  screenBehind(chars: number): void {
    if (chars > screenHighChars) this.#behind = true;
    if (chars < screenHighChars / 2) this.#behind = false;
    this.#update();
  }

  /** It was given something to draw. */
  given(reader: R): void {
    if (reader.backlog() <= highChars || this.#slow.has(reader)) return;
    this.#slow.add(reader);
    if (this.#deps.holds) this.#watch();
    else this.#skip(reader);
    this.#update();
  }

  /** It has drawn something. */
  drawn(reader: R): void {
    if (!this.#slow.has(reader)) return;
    if (reader.backlog() <= (this.#skipping.has(reader) ? caughtUpChars : lowChars)) {
      this.#slow.delete(reader);
      if (this.#skipping.delete(reader)) this.#deps.caughtUp(reader);
    } else if (this.#deps.holds && !this.#skipping.has(reader)) {
      this.#watch();
    }
    this.#update();
  }

  left(reader: R): void {
    this.#slow.delete(reader);
    this.#skipping.delete(reader);
    this.#update();
  }

  skips(reader: R): boolean {
    return this.#skipping.has(reader);
  }

  isHeld(): boolean {
    return this.#held;
  }

  end(): void {
    this.#cancelTimer?.();
  }

  #watch(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#deps.clock.after(asleepMs, () => {
      for (const reader of this.#slow) this.#skip(reader);
      this.#update();
    });
  }

  #skip(reader: R): void {
    if (this.#skipping.has(reader)) return;
    this.#skipping.add(reader);
    reader.skip();
  }

  #update(): void {
    const { program } = this.#deps;
    const hold = this.#behind || this.#slow.size > this.#skipping.size;
    if (hold === this.#held) return;
    this.#held = hold;
    if (hold) program.pause();
    else program.resume();
  }
}
