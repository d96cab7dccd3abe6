import { penOf } from "./pen.ts";
import type { Piece } from "./pieces.ts";

/** Lines that every terminal of ours keeps above its screen. */
export const scrollbackLines = 5_000;
/** With the tallest screen that there can be: what has so many lines after it can't be seen any more. */
const seenLines = scrollbackLines + 1_000;
/** How many more are let come, so that not every line is looked at for dropping one. */
const slackLines = 500;
const maxPen = 400;

/**
 * What a program has written and a terminal hasn't taken yet, in order. Of a run of plain pieces the beginning is dropped
 * once what follows would push all of it out of the scrollback: the terminal that gets the rest has the same cells in the
 * end as if it had drawn everything.
 */
export class PendingText {
  #pieces: Piece[] = [];
  #chars = 0;
  /** Where the run of plain pieces begins that the last one belongs to, and how many lines it has. */
  #runAt = 0;
  #runLines = 0;

  /** Something was left out since the last `take`: it grows faster than it is taken. */
  #shortened = false;

  get shortened(): boolean {
    return this.#shortened;
  }

  get chars(): number {
    return this.#chars;
  }

  push(piece: Piece): void {
    this.#pieces.push(piece);
    this.#chars += piece.text.length;
    if (!piece.plain) return this.#endRun();
    this.#runLines += piece.lines;
    if (this.#runLines > seenLines + slackLines) this.#dropUnseen();
  }

  /** Of whole pieces as many as fit into so many characters, but one at least; "" where there is none. */
  take(maxChars: number): string {
    this.#shortened = false;
    let text = this.#pieces[0]?.text ?? "";
    let count = text === "" ? 0 : 1;
    for (; count < this.#pieces.length; count += 1) {
      const next = this.#pieces[count]?.text ?? "";
      if (text.length + next.length > maxChars) break;
      text += next;
    }
    for (const { lines } of this.#pieces.slice(this.#runAt, count)) this.#runLines -= lines;
    this.#pieces.splice(0, count);
    this.#runAt = Math.max(0, this.#runAt - count);
    this.#chars -= text.length;
    return text;
  }

  #dropUnseen(): void {
    let after = this.#runLines;
    let count = 0;
    for (let at = this.#runAt; at < this.#pieces.length; at += 1) {
      const { lines, closed } = this.#pieces[at] ?? { lines: 0, closed: false };
      after -= lines;
      if (after < seenLines) break;
      if (closed) count = at + 1 - this.#runAt;
    }
    const dropped = this.#pieces.slice(this.#runAt, this.#runAt + count);
    const pen = penOf(dropped.map(({ text }) => penOf(text)).join(""));
    if (count === 0 || pen.length > maxPen) return this.#endRun();
    const text = `\r\n${pen}`;
    this.#shortened = true;
    this.#pieces.splice(this.#runAt, count, { text, plain: true, closed: true, lines: 1 });
    for (const piece of dropped) {
      this.#runLines -= piece.lines;
      this.#chars -= piece.text.length;
    }
    this.#runLines += 1;
    this.#chars += text.length;
  }

  #endRun(): void {
    this.#runAt = this.#pieces.length;
    this.#runLines = 0;
  }
}
