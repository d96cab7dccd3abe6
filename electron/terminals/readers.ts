import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import { WakeUp } from "../lib/wake-up.ts";
import { PendingText } from "./pending-text.ts";
import type { Piece } from "./pieces.ts";

/**
 * Characters that are under way to a reader and not drawn yet, at most: what a page draws between two frames. What is
 * more waits here, where it can still turn out that nobody would see it.
 */
export const windowChars = 400_000;

/**
 * One reader of a terminal and what is on its way to it. Data waiting for a slow reader is joined. What is pushed
 * before `begin` comes after what `begin` brings. It lives until it stops reading or `end` has been reached.
 */
export class TerminalReader {
  #waiting: (PendingText | TerminalOutput)[] = [];
  #begun = false;
  #ended = false;
  /** Characters that were read and not drawn yet. */
  #undrawn = 0;
  /** Data came and was told since some was given last. */
  #told = false;
  readonly #wakeUp = new WakeUp();

  backlog(): number {
    let chars = this.#undrawn;
    for (const item of this.#waiting) if (item instanceof PendingText) chars += item.chars;
    return chars;
  }

  drawn(chars: number): void {
    this.#undrawn = Math.max(0, this.#undrawn - chars);
    if (this.#room() > 0) this.#wakeUp.now();
  }

  /** It is read with the next `wake`, as more may come at once. */
  data(piece: Piece): void {
    const last = this.#waiting.at(-1);
    const pending = last instanceof PendingText ? last : new PendingText();
    if (pending !== last) this.#waiting.push(pending);
    pending.push(piece);
  }

  wake(): void {
    this.#told = true;
    this.#wakeUp.now();
  }

  skip(): void {
    this.#waiting = this.#waiting.filter((item) => !(item instanceof PendingText));
  }

  push(output: TerminalOutput): void {
    // A replay shows all that came before it.
    if (output.type === "replay") this.#dropScreen();
    const last = this.#waiting.at(-1);
    if (last && !(last instanceof PendingText) && last.type === output.type) this.#waiting[this.#waiting.length - 1] = output;
    else this.#waiting.push(output);
    this.#wakeUp.now();
  }

  begin(first: readonly TerminalOutput[]): void {
    this.#waiting = [...first, ...this.#waiting];
    this.#begun = true;
    this.#wakeUp.now();
  }

  end(): void {
    this.#ended = true;
    this.#wakeUp.now();
  }

  async *read(signal: AbortSignal): AsyncGenerator<TerminalOutput, void, undefined> {
    while (!signal.aborted) {
      const next = this.#begun ? this.#next() : null;
      if (next) yield next;
      else if (this.#begun && this.#ended && this.#waiting.length === 0) return;
      else await this.#wakeUp.sleep(signal);
    }
  }

  /** Half a window at a time, so that a flood goes in few large pieces; all of it once no more can come. */
  #room(): number {
    if (this.#ended) return Number.POSITIVE_INFINITY;
    return this.#undrawn <= windowChars / 2 ? windowChars - this.#undrawn : 0;
  }

  #next(): TerminalOutput | null {
    const [first] = this.#waiting;
    if (!first) return null;
    if (!(first instanceof PendingText)) {
      this.#waiting.shift();
      return first;
    }
    const room = this.#room();
    // What is left out of anyway isn't given as fast as it can be drawn: the page has keys to answer, too.
    if (room === 0 || (first.shortened && !this.#told && !this.#ended)) return null;
    this.#told = false;
    const data = first.take(room);
    if (first.chars === 0) this.#waiting.shift();
    this.#undrawn += data.length;
    return data === "" ? this.#next() : { type: "data", data };
  }

  #dropScreen(): void {
    this.#waiting = this.#waiting.filter((item) => !(item instanceof PendingText) && item.type === "title");
  }
}
