/** The end of a stream of text: at most `maxChars`, in whole lines where there are any. For stderr of children. */
export class Tail {
  #text = "";
  #dropped = false;
  readonly #maxChars: number;

  constructor(maxChars = 64 * 1024) {
    this.#maxChars = maxChars;
  }

  push(text: string): void {
    this.#text += text.length > this.#maxChars ? text.slice(-this.#maxChars) : text;
    // Cut only when twice the room is used, so that a flood doesn't copy the whole for each chunk.
    if (this.#text.length > 2 * this.#maxChars) {
      this.#text = this.#text.slice(-this.#maxChars);
      this.#dropped = true;
    }
  }

  lines(count: number): string[] {
    const lines = this.#text.split(/\r?\n/).filter((line) => line.trim() !== "");
    if (this.#dropped && lines.length > 1) lines.shift();
    return lines.slice(-count);
  }
}
