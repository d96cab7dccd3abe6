import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Usage } from "../../../shared/run-event.ts";
import type { AgentFailure, TurnEnd } from "../port.ts";
import type { ModelUse, TurnResult } from "./message.ts";

/** How a turn ended. An error counts as one though its result calls itself a success. Pure. */
export function turnEnd(result: TurnResult, usage: Usage | null): Result<TurnEnd, AgentFailure> {
  const { subtype, is_error, stop_reason, terminal_reason } = result;
  if (terminal_reason?.startsWith("aborted")) return ok({ reason: "cancelled", usage });
  if (subtype === "error_max_turns") return ok({ reason: "too-many-calls", usage });
  if (!is_error && subtype === "success") return ok({ reason: endings[stop_reason ?? ""] ?? "done", usage });
  const said = result.errors.length > 0 ? result.errors.join("\n") : (result.error?.message ?? result.result);
  const message = (said || `The agent ended its turn with ${subtype || "an error"}`).slice(0, 2000);
  return fail({ type: "failed", message, diagnostics: { subtype, ...(terminal_reason ? { reason: terminal_reason } : {}) } });
}

const endings: Readonly<Record<string, TurnEnd["reason"]>> = { max_tokens: "out-of-tokens", refusal: "refused" };

/**
 * What this turn used. `costBefore`: what the process had cost before it, null where nobody knows: its count goes on
 * from turn to turn, and over a resumed session. Pure.
 */
export function turnUsage(result: TurnResult, costBefore: number | null): Usage | null {
  const { usage, total_cost_usd: total } = result;
  const since = result.model_usage_since_last_result;
  const contextSize = Object.values(result.modelUsage ?? {}).find(({ contextWindow }) => contextWindow)?.contextWindow ?? null;
  if (since) {
    const sum = (pick: (use: ModelUse) => number | undefined): number =>
      Object.values(since).reduce((all, use) => all + (pick(use) ?? 0), 0);
    return {
      input: sum(({ inputTokens = 0, cacheCreationInputTokens = 0 }) => inputTokens + cacheCreationInputTokens),
      cached: sum(({ cacheReadInputTokens }) => cacheReadInputTokens),
      output: sum(({ outputTokens }) => outputTokens),
      reasoning: sum(({ thinkingTokens }) => thinkingTokens),
      cost: sum(({ costUSD }) => costUSD),
      contextSize,
    };
  }
  if (usage?.input_tokens === undefined) return null;
  const cost = total === undefined || costBefore === null ? null : Math.max(0, total - costBefore);
  return {
    input: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0),
    cached: usage.cache_read_input_tokens ?? null,
    output: usage.output_tokens ?? null,
    reasoning: null,
    cost,
    contextSize,
  };
}
