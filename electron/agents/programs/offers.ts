import type { AgentOptions, CurrentChoice } from "../../../shared/contract/agents.ts";
import type { Choices } from "./wanted-choice.ts";

/** What an agent offers whose models have thinking levels of their own. `contextSize` null: nobody has said. */
export type Offers = {
  models: { id: string; name: string; contextSize: number | null; levels: string[] }[];
  defaultModel: string | null;
  modes: { id: string; name: string; description?: string }[];
  commands: AgentOptions["commands"];
};

/** The level of a model that was given none. */
export const noLevel = "default";

/** What can be chosen while these are chosen: a model has thinking levels of its own. */
export function choicesOf(offers: Offers, current: CurrentChoice): Choices {
  const { models, modes } = offers;
  const own = models.find(({ id }) => id === current.modelId)?.levels ?? [];
  const levels = own.length > 0 ? [...own, noLevel] : [];
  return {
    model: models.length > 0 ? { choices: models.map(({ id, name }) => ({ id, name })), current: current.modelId } : null,
    mode: modes.length > 0 ? { choices: modes, current: current.modeId } : null,
    thinking:
      levels.length > 0 ? { choices: levels.map((id) => ({ id, name: capital(id) })), current: current.thinkingLevel } : null,
  };
}

/** What a new session begins with, or a stored one goes on with. */
export function currentFor(
  offers: Offers,
  stored: { modelId: string | null; modeId: string | null; thinkingLevel: string | null } | null,
): CurrentChoice {
  const modelId = stored?.modelId ?? offers.defaultModel;
  const hasLevels = (offers.models.find(({ id }) => id === modelId)?.levels.length ?? 0) > 0;
  return {
    modelId,
    modeId: stored?.modeId ?? offers.modes[0]?.id ?? null,
    thinkingLevel: hasLevels ? (stored?.thinkingLevel ?? noLevel) : null,
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
