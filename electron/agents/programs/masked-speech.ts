import { SecretStream } from "../../lib/known-secrets.ts";
import type { AgentUpdate } from "../port.ts";

type Speech = Extract<AgentUpdate, { type: "text" | "reasoning" }>;

/**
 * What an agent says, without the secrets of its child, also where one is cut over several pieces. The end of a piece
 * that may be the beginning of a secret is kept until the next one, and given out before anything else is told.
 */
export class MaskedSpeech {
  readonly #stream: SecretStream;
  #last: Speech | null = null;

  constructor(secretForms: readonly string[]) {
    this.#stream = new SecretStream(secretForms);
  }

  /** Returns what can be told by now, in order. */
  hear(update: AgentUpdate): AgentUpdate[] {
    if (update.type !== "text" && update.type !== "reasoning") return [...this.rest(), update];
    const goesOn = this.#last?.type === update.type && this.#last.messageId === update.messageId;
    const before = goesOn ? [] : this.rest();
    this.#last = update;
    const text = this.#stream.push(update.text);
    return text === "" ? before : [...before, { ...update, text }];
  }

  /** Returns what was kept. */
  rest(): AgentUpdate[] {
    const text = this.#stream.rest();
    return text === "" || !this.#last ? [] : [{ ...this.#last, text }];
  }
}
