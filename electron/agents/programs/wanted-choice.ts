import type { AgentChoice, CurrentChoice } from "../../../shared/contract/agents.ts";
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
  from: { opened: CurrentChoice; policyModes: readonly string[] },
): { value: string; chosen: boolean } | null {
  const chosen = request[fields[aspect]];
  if (chosen !== null) return { value: chosen, chosen: true };
  const offered = (id: string | null | undefined): boolean => state[aspect]?.choices.some((choice) => choice.id === id) ?? false;
  const byPolicy = aspect === "mode" ? from.policyModes.find(offered) : undefined;
  const value = byPolicy ?? from.opened[fields[aspect]];
  return value !== null && offered(value) ? { value, chosen: false } : null;
}

/** The policy needs a mode, none is chosen, and the session offers none that would do. */
export function lacksPolicyMode(request: PromptRequest, state: Choices, policyModes: readonly string[]): boolean {
  if (request.modeId !== null || policyModes.length === 0) return false;
  return !policyModes.some((id) => state.mode?.choices.some((choice) => choice.id === id));
}
