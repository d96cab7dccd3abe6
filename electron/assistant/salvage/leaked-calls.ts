import { CodeSpans } from "./code-spans.ts";
import { bareJson, deepSeek, llama, mistral } from "./json-forms.ts";
import type { LeakedCall, LeakForm, OfferedTools } from "./leaked-call.ts";
import { functionTag, invoke, toolCall, wrapping } from "./tag-forms.ts";

/** `text` is for the person; `calls` were written in it and are no longer in it. */
export type Salvaged = { text: string; calls: LeakedCall[] };

const forms: readonly LeakForm[] = [toolCall, functionTag, invoke, mistral, llama, deepSeek, wrapping, bareJson];
const openings = forms.flatMap((form) => form.opens.map((open) => ({ form, open })));

/**
 * Takes calls out of text that streams, wherever it is cut. What may be the start of a call is held back until it is
 * told; what stands in a code block or between backticks is an example and stays text. One for text, one for reasoning.
 */
export class LeakedCalls {
  readonly #offered: OfferedTools;
  readonly #code = new CodeSpans();
  #held = "";
  #unreadable = false;
  #waits = false;

  constructor(offered: OfferedTools) {
    this.#offered = offered;
  }

  push(piece: string): Salvaged {
    this.#held += piece;
    // A long call isn't read anew for each token, only for one that can end it.
    if (this.#waits && this.#held.length > 1_000 && !/[>}\]]/.test(piece)) return { text: "", calls: [] };
    return this.#take(false);
  }

  /** The rest; `unreadable` says that something was meant as a call, anywhere in the text, and couldn't be read. */
  end(): Salvaged & { unreadable: boolean } {
    return { ...this.#take(true), unreadable: this.#unreadable };
  }

  #take(ended: boolean): Salvaged {
    const calls: LeakedCall[] = [];
    let text = "";
    let at = 0;
    while (at < this.#held.length) {
      const rest = this.#held.slice(at);
      const opening = this.#code.isCode ? null : openingOf(rest, this.#code.atLineStart, ended);
      if (opening === "more") break;
      if (opening !== null) {
        const read = opening.read(rest, ended, this.#offered);
        if (read.kind === "more") break;
        if (read.kind !== "text") {
          if (read.kind === "calls") calls.push(...read.calls);
          else this.#unreadable = true;
          at += read.length;
          continue;
        }
      }
      const step = this.#code.step(rest, ended);
      if (step === 0) break;
      text += rest.slice(0, step);
      at += step;
    }
    this.#held = this.#held.slice(at);
    this.#waits = this.#held !== "";
    return { text, calls };
  }
}

/** The form that starts here, if one does; "more" where the text ends before that is told. */
function openingOf(text: string, atLineStart: boolean, ended: boolean): LeakForm | "more" | null {
  const possible = openings.filter(
    ({ form, open }) => (atLineStart || !form.atLineStart) && (text.startsWith(open) || open.startsWith(text)),
  );
  const found =
    possible.find(({ open }) => text.startsWith(open) && open.length > 1) ?? possible.find(({ open }) => text.startsWith(open));
  const longer = possible.some(({ open }) => open.length > text.length);
  if (longer && !ended) return "more";
  return found?.form ?? null;
}
