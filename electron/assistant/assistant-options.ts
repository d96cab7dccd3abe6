import type { AgentChoice, AgentOptions } from "../../shared/contract/agents.ts";
import type { ServedModel } from "../../shared/contract/models.ts";
import type { Mode } from "./tools/tool.ts";

const modes: readonly (AgentChoice & { id: Mode })[] = [
  { id: "code", name: "Code", description: "Reads, edits and runs commands" },
  { id: "plan", name: "Plan", description: "Reads, and writes a plan to approve" },
  { id: "ask", name: "Ask", description: "Reads and answers; changes nothing" },
];

const thinkingLevels: readonly AgentChoice[] = [
  { id: "auto", name: "As the model is set" },
  { id: "on", name: "Think first" },
  { id: "off", name: "Answer at once" },
];

/** What the agent offers, from the models that there are. */
export function assistantOptions(models: readonly ServedModel[]): AgentOptions {
  return {
    models: models.map((model) => ({ id: model.id, name: model.label, description: describe(model) })),
    modes: [...modes],
    thinkingLevels: models.some(({ reasoning }) => reasoning === true) ? [...thinkingLevels] : [],
    commands: [],
    defaults: { modelId: defaultModel(models), modeId: "code", thinkingLevel: null },
  };
}

/** Where nobody chose one: a model that is in memory already, or else the first. */
export function defaultModel(models: readonly ServedModel[]): string | null {
  return (models.find(({ loaded }) => loaded === true) ?? models[0])?.id ?? null;
}

export function modeOf(id: string | null | undefined): Mode | null {
  return modes.find((mode) => mode.id === id)?.id ?? null;
}

function describe({ endpointName, window, tools }: ServedModel): string {
  const size = window === null ? "window unknown" : `window of ${window.toLocaleString("en")} tokens`;
  return [endpointName, size, ...(tools === false ? ["no tool calls of its own"] : [])].join(" · ");
}
