import type { ChatRequest } from "./chat-request.ts";
import type { ResponseOptions } from "./engine.ts";

type Sampling = Pick<
  ResponseOptions,
  "temperature" | "topP" | "topK" | "minP" | "seed" | "xtc" | "repeatPenalty" | "dryRepeatPenalty" | "budgets"
>;

/** How a reply is drawn: what the request says, and for the rest what llama.cpp's own server does. */
export function samplingOf(request: ChatRequest): Sampling {
  const { seed, xtc_probability: xtc, dry_multiplier: dry } = request;
  return {
    temperature: request.temperature ?? 0.8,
    topP: request.top_p ?? 0.95,
    topK: Math.max(0, request.top_k ?? 40),
    minP: request.min_p ?? 0.05,
    ...(seed === null || seed === undefined ? {} : { seed: seed >>> 0 }),
    ...(xtc ? { xtc: { probability: xtc, threshold: request.xtc_threshold ?? 0.1 } } : {}),
    repeatPenalty: repeatPenaltyOf(request),
    ...(dry ? { dryRepeatPenalty: dryOf(dry, request) } : {}),
    ...thinkingOf(request),
  };
}

function repeatPenaltyOf({ repeat_penalty, frequency_penalty, presence_penalty }: ChatRequest): Sampling["repeatPenalty"] {
  if (!repeat_penalty && !frequency_penalty && !presence_penalty) return false;
  return {
    penalty: repeat_penalty ?? 1,
    ...(frequency_penalty ? { frequencyPenalty: frequency_penalty } : {}),
    ...(presence_penalty ? { presencePenalty: presence_penalty } : {}),
  };
}

function dryOf(strength: number, request: ChatRequest): Sampling["dryRepeatPenalty"] {
  const { dry_base: base, dry_allowed_length: allowedLength, dry_penalty_last_n: last } = request;
  return {
    strength,
    ...(base ? { base } : {}),
    ...(allowedLength ? { allowedLength } : {}),
    ...(typeof last === "number" ? { lastTokens: last < 0 ? null : last } : {}),
  };
}

function thinkingOf({ thinking_budget_tokens: budget, chat_template_kwargs }: ChatRequest): Pick<Sampling, "budgets"> {
  if (chat_template_kwargs?.enable_thinking === false) return { budgets: { thoughtTokens: 0 } };
  if (typeof budget !== "number") return {};
  return { budgets: { thoughtTokens: budget < 0 ? Number.POSITIVE_INFINITY : budget } };
}
