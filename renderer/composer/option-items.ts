import type { AgentChoice, AgentOptions } from "../../shared/contract/agents.ts";
import type { ChoiceOptions } from "../stores/choices.ts";

/** Something of an agent's that a prompt may choose; `defaults`: what it is without a choice, null where nobody knows. */
export type Aspect = { name: "Model" | "Mode" | "Thinking"; field: keyof ChoiceOptions; all: readonly AgentChoice[] };
export type Defaults = Record<keyof ChoiceOptions, string | null>;

/** A line of the menu; `id` null is the agent's default, which sends nothing. */
export type OptionItem = {
  group: string;
  field: keyof ChoiceOptions;
  id: string | null;
  label: string;
  detail?: string;
  chosen: boolean;
  favourite: boolean;
};

/** As many models can be looked through; of more, those that are used stand first, and all others last. */
const shortList = 8;

export function aspectsOf(options: AgentOptions | undefined): Aspect[] {
  return [
    { name: "Model", field: "modelId", all: options?.models ?? [] },
    { name: "Mode", field: "modeId", all: options?.modes ?? [] },
    { name: "Thinking", field: "thinkingLevel", all: options?.thinkingLevels ?? [] },
  ];
}

/** What there is to choose, in its groups: a long list of models doesn't push modes and thinking out of sight. */
export function optionItems(
  aspects: readonly Aspect[],
  chosen: ChoiceOptions,
  defaults: Defaults,
  { favourites, recents }: { favourites: readonly string[]; recents: readonly string[] },
): OptionItem[] {
  const items = aspects.flatMap((aspect) => itemsOf(aspect, chosen[aspect.field], defaults[aspect.field], favourites));
  const models = items.filter(({ field }) => field === "modelId");
  const others = items.filter(({ field }) => field !== "modelId");
  const rank = ({ id, favourite }: OptionItem): number => {
    if (id === null) return 0;
    if (favourite) return 1;
    return recents.includes(id) ? 2 + recents.indexOf(id) : 2 + recents.length;
  };
  const sorted = models.toSorted((a, b) => rank(a) - rank(b));
  if (models.length <= shortList) return [...sorted, ...others];
  const isUsed = (item: OptionItem): boolean => item.chosen || rank(item) < 2 + recents.length;
  const rest = sorted.filter((item) => !isUsed(item)).map((item): OptionItem => ({ ...item, group: "All models" }));
  return [...sorted.filter(isUsed), ...others, ...rest];
}

function itemsOf(
  { name, field, all }: Aspect,
  chosen: string | null,
  standard: string | null,
  favourites: readonly string[],
): OptionItem[] {
  if (all.length === 0 && chosen === null) return [];
  const inForce = standard === null ? undefined : nameOf(all, standard);
  const base = { group: name, field };
  const own: OptionItem[] = all.map(({ id, name: label, description }) => ({
    ...{ ...base, id, label, chosen: id === chosen },
    ...(description === undefined ? {} : { detail: description }),
    favourite: field === "modelId" && favourites.includes(id),
  }));
  const gone = chosen !== null && !all.some(({ id }) => id === chosen);
  return [
    {
      ...base,
      id: null,
      label: "Agent’s default",
      chosen: chosen === null,
      favourite: false,
      ...(inForce ? { detail: inForce } : {}),
    },
    ...own,
    ...(gone ? [{ ...base, id: chosen, label: chosen, chosen: true, favourite: false, detail: "not offered now" }] : []),
  ];
}

export function nameOf(all: readonly AgentChoice[], id: string): string {
  return all.find((one) => one.id === id)?.name ?? id;
}

/** What a prompt would be sent with: for the button the model without who serves it and what was chosen, and all in words. */
export function optionWords(
  aspects: readonly Aspect[],
  chosen: ChoiceOptions,
  defaults: Defaults,
): { shown: string[]; told: string } {
  const there = aspects.filter(({ all, field }) => all.length > 0 || chosen[field] !== null);
  const words = there.map(({ name, field, all }) => {
    const id = chosen[field] ?? defaults[field];
    const label = id === null ? null : nameOf(all, id);
    const told = chosen[field] === null ? `agent’s default${label === null ? "" : `, ${label}`}` : label;
    const isShown = field === there[0]?.field || chosen[field] !== null;
    return { shown: isShown ? label : null, told: `${name}: ${told}` };
  });
  const shown = words.flatMap(({ shown: label }) => label?.split("/").at(-1) ?? []);
  return { shown: shown.length > 0 ? shown : ["Agent’s default"], told: words.map(({ told }) => told).join(". ") };
}
