import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import { WakeUp } from "../lib/wake-up.ts";

/**
 * One reader of a terminal and what is on its way to it. Data waiting for a slow connection is joined. What is pushed
 * before `begin` comes after what `begin` brings. It lives until it stops reading or `end` has been reached.
 */
export class TerminalReader {
  #waiting: TerminalOutput[] = [];
  #begun = false;
  #ended = false;
  /** Characters of data that wait, and that were read and not drawn yet. */
  #waitingChars = 0;
  #undrawn = 0;
  readonly #wakeUp = new WakeUp();

  backlog(): number {
    return this.#waitingChars + this.#undrawn;
  }

  drawn(chars: number): void {
    this.#undrawn = Math.max(0, this.#undrawn - chars);
  }

  push(output: TerminalOutput): void {
    // A replay shows all that came before it.
    if (output.type === "replay") this.#dropScreen();
    if (output.type === "data") this.#waitingChars += output.data.length;
    const last = this.#waiting.at(-1);
    if (last?.type === "data" && output.type === "data")
      this.#waiting[this.#waiting.length - 1] = { type: "data", data: last.data + output.data };
    else if (last?.type === output.type && output.type !== "data") this.#waiting[this.#waiting.length - 1] = output;
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
      const next = this.#begun ? this.#waiting.shift() : undefined;
      if (next) yield this.#given(next);
      else if (this.#begun && this.#ended) return;
      else await this.#wakeUp.sleep(signal);
    }
  }

  #given(output: TerminalOutput): TerminalOutput {
    if (output.type !== "data") return output;
    this.#waitingChars -= output.data.length;
    this.#undrawn += output.data.length;
    return output;
  }

  #dropScreen(): void {
    this.#waiting = this.#waiting.filter((item) => item.type === "title");
    this.#waitingChars = 0;
  }
}
