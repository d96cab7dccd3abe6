import type { Clock } from "../../lib/clock.ts";

const everyMs = 1000;

/** Tells how much is in a folder, about once a second, until `end`; one look at a time. */
export class SizeWatch {
  readonly #deps: { clock: Clock; measure: () => Promise<number>; tell: (bytes: number) => void };
  #takeBack: () => void = () => {};
  #ended = false;

  constructor(deps: { clock: Clock; measure: () => Promise<number>; tell: (bytes: number) => void }) {
    this.#deps = deps;
    this.#plan();
  }

  end(): void {
    this.#ended = true;
    this.#takeBack();
  }

  #plan(): void {
    this.#takeBack = this.#deps.clock.after(everyMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const bytes = await this.#deps.measure();
    if (this.#ended) return;
    this.#deps.tell(bytes);
    this.#plan();
  }
}
