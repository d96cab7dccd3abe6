/** Follows Markdown as it streams, as far as it takes to tell code from prose: fenced blocks, and backticks within a line. */
export class CodeSpans {
  #fence: string | null = null;
  #span: string | null = null;
  #lineStart = true;

  get isCode(): boolean {
    return this.#fence !== null || this.#span !== null;
  }

  /** Whether nothing but blanks stands before this on its line. */
  get atLineStart(): boolean {
    return this.#lineStart;
  }

  /** How many characters of the text can be passed by as one; 0 where more must come to tell. */
  step(text: string, ended: boolean): number {
    const run = /^(?:`+|~+)/.exec(text)?.[0] ?? "";
    if (run !== "" && run.length === text.length && !ended) return 0;
    if (run !== "") return this.#mark(run, text, ended);
    const plain = /^[^`~\n<[{]+/.exec(text)?.[0] ?? "";
    const passed = plain === "" ? (text[0] ?? "") : plain;
    if (passed === "\n") [this.#lineStart, this.#span] = [true, null];
    else if (passed.trim() !== "") this.#lineStart = false;
    return passed.length;
  }

  #mark(run: string, text: string, ended: boolean): number {
    const startsLine = this.#lineStart;
    if (this.#fence !== null) {
      const rest = /^[ \t]*(?=\r?\n|$)/.exec(text.slice(run.length));
      if (startsLine && run.startsWith(this.#fence) && rest) {
        if (!ended && run.length + rest[0].length === text.length) return 0;
        this.#fence = null;
      }
    } else if (this.#span !== null) {
      if (run === this.#span) this.#span = null;
    } else if (startsLine && run.length >= 3) this.#fence = run;
    else if (run.startsWith("`")) this.#span = run;
    this.#lineStart = false;
    return run.length;
  }
}
