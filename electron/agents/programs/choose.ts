import type { AgentChoice, CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { PolicyModes } from "../definition.ts";
import type { AgentFailure, PromptRequest } from "../port.ts";
import { aspects, lacksPolicyMode, wantedChoice, type Aspect } from "./wanted-choice.ts";
import { choicesOf, currentFor, type Offers } from "./offers.ts";

const words: Record<Aspect, string> = { model: "model", mode: "mode", thinking: "thinking level" };

/** What a session must have for this prompt. What isn't offered fails: a choice never falls back by itself. Pure. */
export function choose(
  input: PromptRequest,
  current: CurrentChoice,
  from: {
    offers: Offers;
    opened: CurrentChoice;
    policyModes: PolicyModes;
    /** Instead of the models that the agent offers. */
    models: AgentChoice[];
    warn(message: string): void;
  },
): Result<CurrentChoice, AgentFailure> {
  const { offers, opened, policyModes, models } = from;
  const lack = lacksPolicyMode(input, choicesOf(offers, current), policyModes);
  if (lack?.refuses) return fail({ type: "unsupported", message: lack.message });
  if (lack) from.warn(lack.message);
  let next = current;
  for (const aspect of aspects) {
    const choices = choicesOf(offers, next);
    const wanted = wantedChoice(aspect, input, choices, { opened, policyModes });
    if (!wanted || wanted.value === choices[aspect]?.current) continue;
    const offered = aspect === "model" && wanted.chosen ? models : (choices[aspect]?.choices ?? []);
    if (!offered.some(({ id }) => id === wanted.value))
      return fail({
        type: aspect === "model" ? "model-unavailable" : "unsupported",
        message: `The agent doesn't offer the ${words[aspect]} ${wanted.value}`,
        diagnostics: { offered: offered.map(({ id }) => id).slice(0, 50) },
      });
    next = withChoice(offers, next, aspect, wanted.value);
  }
  return ok(next);
}

/** Another model has other levels. */
function withChoice(offers: Offers, current: CurrentChoice, aspect: Aspect, value: string): CurrentChoice {
  if (aspect === "model") return currentFor(offers, { ...current, modelId: value, thinkingLevel: null });
  return aspect === "mode" ? { ...current, modeId: value } : { ...current, thinkingLevel: value };
}
