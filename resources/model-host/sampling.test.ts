import { expect, it } from "vitest";
import { chatRequest, type ChatRequest } from "./chat-request.ts";
import { samplingOf } from "./sampling.ts";

const request = (more: Record<string, unknown>): ChatRequest =>
  chatRequest.parse({ messages: [{ role: "user", content: "hi" }], ...more });

it("draws as llama.cpp's server does where nothing is said", () => {
  expect(samplingOf(request({}))).toEqual({ temperature: 0.8, topP: 0.95, topK: 40, minP: 0.05, repeatPenalty: false });
});

it("passes on what is set, in the engine's words", () => {
  const set = {
    ...{ temperature: 0, top_k: -1, min_p: 0, seed: 7, repeat_penalty: 1.1, presence_penalty: 0.5 },
    ...{ xtc_probability: 0.3, dry_multiplier: 0.8, dry_allowed_length: 3, dry_penalty_last_n: -1 },
  };
  expect(samplingOf(request(set))).toMatchObject({
    ...{ temperature: 0, topK: 0, minP: 0, seed: 7, repeatPenalty: { penalty: 1.1, presencePenalty: 0.5 } },
    ...{ xtc: { probability: 0.3, threshold: 0.1 }, dryRepeatPenalty: { strength: 0.8, allowedLength: 3, lastTokens: null } },
  });
});

it.each([
  [{ chat_template_kwargs: { enable_thinking: false }, thinking_budget_tokens: 9 }, 0],
  [{ thinking_budget_tokens: 512 }, 512],
  [{ thinking_budget_tokens: -1 }, Infinity],
])("bounds what it thinks: %j", (set, thoughtTokens) => {
  expect(samplingOf(request(set)).budgets).toEqual({ thoughtTokens });
});
