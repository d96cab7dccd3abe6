import { WakeUp } from "../lib/wake-up.ts";

/**
 * One reader of a live stream. What is published while it is busy waits here, up to a limit; past it the reader is
 * dropped with `overflow`, so that it never holds up the run. Ends with its signal.
 */
export class Subscription<T> {
  readonly #waiting: { value: T; size: number }[] = [];
  readonly #maxSize: number;
  readonly #wakeUp = new WakeUp();
  #size = 0;
  #ended = false;
  #overflow = false;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get overflowed(): boolean {
    return this.#overflow;
  }

  push(value: T, size = 1): void {
    if (this.#ended) return;
    if (this.#size + size > this.#maxSize) {
      this.#overflow = true;
      this.#waiting.length = 0;
      this.end();
      return;
    }
    this.#size += size;
    this.#waiting.push({ value, size });
    this.#wakeUp.now();
  }

  /** Puts a value in the place of one that waits, where there is such a one. */
  replace(isOld: (value: T) => boolean, value: T): void {
    const old = this.#waiting.find((entry) => isOld(entry.value));
    if (old) old.value = value;
    else this.push(value);
  }

  end(): void {
    this.#ended = true;
    this.#wakeUp.now();
  }

  /** All that waits, as soon as something does; null once the stream has ended and nothing is left. */
  async next(signal: AbortSignal | undefined): Promise<T[] | null> {
    while (this.#waiting.length === 0) {
      if (this.#ended || signal?.aborted) return null;
      await this.#wakeUp.sleep(signal);
    }
    this.#size = 0;
    return this.#waiting.splice(0).map((entry) => entry.value);
  }
}
