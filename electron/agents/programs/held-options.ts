import type { AgentOptions } from "../../../shared/contract/agents.ts";

/** Only an agent whose session was opened is said to be ready; what it told before then is told then. */
export class HeldOptions {
  readonly #announce: (options: AgentOptions) => void;
  #isOpen = false;
  #last: AgentOptions | null = null;

  constructor(announce: (options: AgentOptions) => void) {
    this.#announce = announce;
  }

  tell(options: AgentOptions): void {
    if (this.#isOpen) this.#announce(options);
    else this.#last = options.defaults || !this.#last?.defaults ? options : { ...options, defaults: this.#last.defaults };
  }

  open(): void {
    this.#isOpen = true;
    if (this.#last) this.#announce(this.#last);
  }
}
