import * as z from "zod";
import type { AgentChoice, AgentOptions } from "../../../shared/contract/agents.ts";
import type { Aspect, Choices } from "../programs/wanted-choice.ts";

/** How a choice is told to the agent: a config option, the protocol's mode, or the model call of older agents. */
export type Setter = { via: "config"; configId: string; boolean: boolean } | { via: "mode" } | { via: "model" };
export type Choosable = { choices: AgentChoice[]; current: string | null; setter: Setter };
/** What a session offers and has; null where the agent has no such thing. */
export type SessionState = Record<Aspect, Choosable | null> & { commands: AgentOptions["commands"] };

export const emptyState: SessionState = { model: null, mode: null, thinking: null, commands: [] };

const named = z.object({ name: z.string().catch(""), description: z.string().nullish().catch(null) });
const optionValue = named.extend({ value: z.string() });
const select = z.object({
  type: z.literal("select").catch("select"),
  id: z.string(),
  name: z.string().catch(""),
  category: z.string().nullish().catch(null),
  currentValue: z.string(),
  options: z.array(z.unknown()),
});
const toggle = z.object({
  type: z.literal("boolean"),
  id: z.string(),
  category: z.string().nullish().catch(null),
  currentValue: z.boolean(),
});

/** What the answer to session/new, load or resume tells. Of another shape: nothing is offered. */
export function readState(answer: unknown, before: SessionState = emptyState): SessionState {
  const parsed = z
    .object({ modes: z.unknown().optional(), models: z.unknown().optional(), configOptions: z.unknown().optional() })
    .safeParse(answer ?? {});
  if (!parsed.success) return before;
  const { modes, models, configOptions } = parsed.data;
  const state: SessionState = { ...before, mode: readModes(modes) ?? before.mode, model: readModels(models) ?? before.model };
  return Array.isArray(configOptions) ? withConfigOptions(state, configOptions) : state;
}

/** Applies a whole list of config options, as each answer and update brings it; what a list leaves out is no longer offered. */
export function withConfigOptions(state: SessionState, configOptions: readonly unknown[]): SessionState {
  const found: Partial<Record<Aspect, Choosable>> = {};
  for (const entry of configOptions) {
    const parsed = readConfigOption(entry);
    if (parsed) found[parsed.aspect] ??= parsed.choosable;
  }
  const next = { ...state };
  for (const aspect of ["model", "mode", "thinking"] as const) {
    const before = state[aspect];
    next[aspect] = found[aspect] ?? (before?.setter.via === "config" ? null : before);
  }
  return next;
}

function readConfigOption(entry: unknown): { aspect: Aspect; choosable: Choosable } | null {
  const flag = toggle.safeParse(entry);
  if (flag.success) {
    const aspect = aspectOf(flag.data.category, flag.data.id);
    const choices = [
      { id: "true", name: "On" },
      { id: "false", name: "Off" },
    ];
    const setter: Setter = { via: "config", configId: flag.data.id, boolean: true };
    return aspect ? { aspect, choosable: { choices, current: String(flag.data.currentValue), setter } } : null;
  }
  const parsed = select.safeParse(entry);
  if (!parsed.success) return null;
  const { id, category, currentValue, options } = parsed.data;
  const aspect = aspectOf(category, id);
  const choices = options.flatMap(readOption);
  return aspect
    ? { aspect, choosable: { choices, current: currentValue, setter: { via: "config", configId: id, boolean: false } } }
    : null;
}

function aspectOf(category: string | null | undefined, id: string): Aspect | null {
  const known: Record<string, Aspect> = { model: "model", mode: "mode", thought_level: "thinking" };
  // Without a category the id is all there is to go by.
  return known[category ?? id] ?? null;
}

/** One option, or a group of them. */
function readOption(entry: unknown): AgentChoice[] {
  const group = z.object({ options: z.array(z.unknown()) }).safeParse(entry);
  if (group.success) return group.data.options.flatMap(readOption);
  const parsed = optionValue.safeParse(entry);
  return parsed.success ? [choice(parsed.data.value, parsed.data)] : [];
}

function readModes(modes: unknown): Choosable | null {
  const parsed = z
    .object({ currentModeId: z.string(), availableModes: z.array(named.extend({ id: z.string() })) })
    .safeParse(modes);
  if (!parsed.success) return null;
  const choices = parsed.data.availableModes.map((mode) => choice(mode.id, mode));
  return { choices, current: parsed.data.currentModeId, setter: { via: "mode" } };
}

function readModels(models: unknown): Choosable | null {
  const parsed = z
    .object({ currentModelId: z.string(), availableModels: z.array(named.extend({ modelId: z.string() })) })
    .safeParse(models);
  if (!parsed.success) return null;
  const choices = parsed.data.availableModels.map((model) => choice(model.modelId, model));
  return { choices, current: parsed.data.currentModelId, setter: { via: "model" } };
}

function choice(id: string, { name, description }: z.infer<typeof named>): AgentChoice {
  return { id, name: name || id, ...(description ? { description: description.slice(0, 500) } : {}) };
}

export function withCurrent(state: SessionState, aspect: Aspect, current: string): SessionState {
  const before = state[aspect];
  return before ? { ...state, [aspect]: { ...before, current } } : state;
}

export function optionsOf(state: Choices & Pick<AgentOptions, "commands">): AgentOptions {
  return {
    models: state.model?.choices ?? [],
    modes: state.mode?.choices ?? [],
    thinkingLevels: state.thinking?.choices ?? [],
    commands: state.commands,
  };
}
