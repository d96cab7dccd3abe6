import type { ServerKind } from "../../../shared/contract/models.ts";
import type { Sampling } from "../../../shared/sampling.ts";

type Json = string | number | boolean | { [name: string]: Json };
type Settings = Record<string, Json>;

export type Thinking = "on" | "off" | "auto";

/** What only some servers understand. */
const llama: ReadonlySet<ServerKind> = new Set(["llama-server", "llama-swap", "embedded"]);

/**
 * The order of a request's fields: what stays the same comes first and the messages behind it, so that a request begins
 * with the bytes of the one before it up to the end of that one's messages. What differs comes last.
 */
export function orderBody(body: Record<string, unknown>): Record<string, unknown> {
  const { model, tools, messages, max_tokens, ...rest } = body;
  return { model, ...rest, tools, messages, max_tokens };
}

/** What a request says besides messages and tools; what isn't set isn't sent. */
export function settingsOf(sampling: Sampling, server: ServerKind, chosen: Thinking | null): Settings {
  const { reasoning, reasoning_budget: budget, ...rest } = sampling;
  return {
    ...rest,
    ...thinkingOf(chosen ?? reasoning ?? "auto", server),
    ...(budget !== undefined && llama.has(server) ? { thinking_budget_tokens: budget } : {}),
    ...(llama.has(server) ? { return_progress: true } : {}),
  };
}

/** llama.cpp and vLLM pass it to the model's chat template; the others take it as an effort. */
function thinkingOf(thinking: Thinking, server: ServerKind): Settings {
  if (thinking === "auto") return {};
  if (llama.has(server) || server === "vllm") return { chat_template_kwargs: { enable_thinking: thinking === "on" } };
  return { reasoning_effort: thinking === "on" ? "medium" : "none" };
}
