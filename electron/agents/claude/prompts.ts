import type { UserMessage } from "./sdk.ts";

/** What is said to a conversation, as it comes; it ends with `end`. Read by one reader. */
export class Prompts implements AsyncIterable<UserMessage> {
  readonly #waiting: UserMessage[] = [];
  #wake: (() => void) | null = null;
  #ended = false;

  say(message: UserMessage): void {
    this.#waiting.push(message);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<UserMessage, void> {
    while (!this.#ended) {
      const next = this.#waiting.shift();
      if (next) yield next;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
