import type { AgentHost } from "../../agents/port.ts";
import { LeakedCalls, type Salvaged } from "../salvage/leaked-calls.ts";
import type { LeakedCall, OfferedTools } from "../salvage/leaked-call.ts";
import type { ReplyPart } from "../wire/read-reply.ts";

/** What a reply's text and reasoning held. */
export type Written = { text: string; leaked: LeakedCall[]; unreadable: boolean };

/** Shows a reply as it streams, without the calls that a weak model writes into its words. One for each reply. */
export class ReplyReader {
  readonly #host: Pick<AgentHost, "onUpdate">;
  readonly #messageId: string;
  readonly #text: LeakedCalls;
  readonly #reasoning: LeakedCalls;
  readonly #found: Record<"text" | "reasoning", LeakedCall[]> = { text: [], reasoning: [] };
  #shown = "";

  constructor(host: Pick<AgentHost, "onUpdate">, messageId: string, offered: OfferedTools) {
    this.#host = host;
    this.#messageId = messageId;
    this.#text = new LeakedCalls(offered);
    this.#reasoning = new LeakedCalls(offered);
  }

  onPart(part: ReplyPart): void {
    if (part.type === "progress") this.#host.onUpdate({ type: "reading", read: part.read, total: part.total });
    if (part.type === "text") this.#show("text", this.#text.push(part.text));
    if (part.type === "reasoning") this.#show("reasoning", this.#reasoning.push(part.text));
  }

  /** The text as far as it came; what was held back is shown as it is. */
  end(): Written {
    const reasoning = this.#reasoning.end();
    this.#show("reasoning", reasoning);
    const text = this.#text.end();
    this.#show("text", text);
    const isSilent = this.#shown.trim() === "";
    // A call in the reasoning beside an answer was only thought of.
    const useReasoning = isSilent && this.#found.text.length === 0 && !text.unreadable;
    return {
      text: this.#shown,
      leaked: useReasoning ? this.#found.reasoning : this.#found.text,
      unreadable: text.unreadable || (useReasoning && reasoning.unreadable),
    };
  }

  #show(type: "text" | "reasoning", { text, calls }: Salvaged): void {
    this.#found[type].push(...calls);
    if (text === "") return;
    if (type === "text") this.#shown += text;
    this.#host.onUpdate({ type, text, messageId: this.#messageId });
  }
}
