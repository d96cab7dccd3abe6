import type { AgentChoice, CurrentChoice } from "../../../shared/contract/agents.ts";
import type { PolicyModes } from "../definition.ts";
import type { PromptRequest } from "../port.ts";

export type Aspect = "model" | "mode" | "thinking";
/** What a session offers and has of each; null where the agent has no such thing. */
export type Choices = Record<Aspect, { choices: AgentChoice[]; current: string | null } | null>;

export const aspects = ["model", "mode", "thinking"] as const satisfies readonly Aspect[];
const fields = { model: "modelId", mode: "modeId", thinking: "thinkingLevel" } as const;

/** What the session has now. */
export function currentOf(state: Choices): CurrentChoice {
  return {
    modelId: state.model?.current ?? null,
    modeId: state.mode?.current ?? null,
    thinkingLevel: state.thinking?.current ?? null,
  };
}

/**
 * What the session must have of one aspect before the prompt, null where it is left as it is. `chosen` must be offered;
 * otherwise it is what the policy asks for, or else what the session was opened with, each only where it is offered.
 */
export function wantedChoice(
  aspect: Aspect,
  request: PromptRequest,
  state: Choices,
  from: { opened: CurrentChoice; policyModes: PolicyModes },
): { value: string; chosen: boolean } | null {
  const chosen = request[fields[aspect]];
  if (chosen !== null) return { value: chosen, chosen: true };
  const offered = (id: string | null | undefined): boolean => state[aspect]?.choices.some((choice) => choice.id === id) ?? false;
  const byPolicy = aspect === "mode" ? from.policyModes.modes.find(offered) : undefined;
  const value = byPolicy ?? from.opened[fields[aspect]];
  return value !== null && offered(value) ? { value, chosen: false } : null;
}

/** Why the session can't be held to the policy by its modes; `refuses`: nothing is sent, because it might act unasked. */
export function lacksPolicyMode(
  { policy, modeId }: PromptRequest,
  state: Choices,
  { modes, needed, loose }: PolicyModes,
): { message: string; refuses: boolean } | null {
  if (policy === "plan" && modeId !== null && loose.includes(modeId))
    return { message: `In the mode ${modeId} the agent acts without asking, so it isn't used under Plan only`, refuses: true };
  const isOffered = (id: string): boolean => state.mode?.choices.some((choice) => choice.id === id) ?? false;
  if (!needed || modeId !== null || modes.some(isOffered)) return null;
  return { message: `The agent offers no mode in which it is known to ask (${modes.join(", ")})`, refuses: policy === "plan" };
}
