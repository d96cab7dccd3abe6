import { PendingText } from "./pending-text.ts";
import type { Piece } from "./pieces.ts";

type ScreenFeedDeps = {
  write(data: string, parsed: () => void): void;
  /** Characters that the screen hasn't got yet, each time that they change. */
  onBehind(chars: number): void;
};

/** Plain output is left for so long after the last of it: most of a flood then needs no drawing at all. */
const restMs = 40;
/** What waits for more than this isn't left for later. */
const lateChars = 1_000_000;
const pieceChars = 128_000;

/**
 * Brings a program's output to its screen, in order: what may ask or tell something at once, plain text when the program
 * rests. Its timer ends with `end`.
 */
export class ScreenFeed {
  readonly #deps: ScreenFeedDeps;
  readonly #pending = new PendingText();
  #writing = 0;
  /** Everything that waits is to be drawn. */
  #wanted = false;
  #timer: NodeJS.Timeout | null = null;
  #cameAgain = false;

  constructor(deps: ScreenFeedDeps) {
    this.#deps = deps;
  }

  push(piece: Piece): void {
    this.#pending.push(piece);
    if (!piece.plain || this.#pending.chars > lateChars) this.#wanted = true;
    if (this.#wanted) this.#pump();
    else this.#later();
    this.#deps.onBehind(this.#pending.chars + this.#writing);
  }

  /** All that has come is on its way to the screen, before anything that is written after this. */
  now(): void {
    while (this.#pending.chars > 0) this.#write();
  }

  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #later(): void {
    this.#cameAgain = true;
    this.#timer ??= setTimeout(() => this.#rested(), restMs).unref();
    if (this.#timer.hasRef()) this.#timer.unref();
  }

  #rested(): void {
    this.#timer = null;
    if (this.#cameAgain) {
      this.#later();
      this.#cameAgain = false;
      return;
    }
    this.#wanted = true;
    this.#pump();
  }

  #pump(): void {
    if (this.#writing > 0) return;
    if (this.#pending.chars === 0) this.#wanted = false;
    else this.#write();
  }

  #write(): void {
    const text = this.#pending.take(pieceChars);
    this.#writing += text.length;
    this.#deps.write(text, () => {
      this.#writing -= text.length;
      this.#deps.onBehind(this.#pending.chars + this.#writing);
      if (this.#wanted) this.#pump();
    });
  }
}
