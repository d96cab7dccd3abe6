import * as z from "zod";
import type { AgentOptions, CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure } from "../port.ts";
import type { Choices } from "../programs/wanted-choice.ts";
import { answerOf, type OpencodeClient } from "./api.ts";

type Model = { id: string; name: string; contextSize: number | null; variants: string[] };
/** What a server offers in one folder. */
export type Offers = {
  models: Model[];
  defaultModel: string | null;
  agents: { id: string; name: string; description?: string }[];
  commands: AgentOptions["commands"];
};

const named = z.string().catch("");
const providers = z.object({
  providers: z.array(
    z.object({
      id: z.string(),
      name: named,
      models: z.record(
        z.string(),
        z.object({
          id: z.string(),
          name: named,
          limit: z.object({ context: z.number().catch(0) }).catch({ context: 0 }),
          variants: z.record(z.string(), z.unknown()).nullish().catch(null),
        }),
      ),
    }),
  ),
  default: z.record(z.string(), z.string()).catch({}),
});
const agents = z.array(
  z.object({ name: z.string(), mode: named, description: named.default(""), hidden: z.boolean().optional().catch(undefined) }),
);
const commands = z.array(z.object({ name: z.string(), description: named.default("") }));
const config = z.object({ model: z.string().optional().catch(undefined) });

const noVariant = "default";

/** Loads the folder in the server, where it isn't yet: seconds the first time. */
export async function loadOffers(
  api: OpencodeClient,
  directory: string,
  signal: AbortSignal,
): Promise<Result<Offers, AgentFailure>> {
  const at = { directory };
  const [provided, agentList, commandList, settings] = await Promise.all([
    answerOf("Asking for its models", api.config.providers(at, { signal })),
    answerOf("Asking for its modes", api.app.agents(at, { signal })),
    answerOf("Asking for its commands", api.command.list(at, { signal })),
    answerOf("Asking for its configuration", api.config.get(at, { signal })),
  ]);
  if (!provided.ok) return provided;
  if (!agentList.ok) return agentList;
  const read = providers.safeParse(provided.value);
  if (!read.success) return fail({ type: "protocol", message: "Its list of models isn't as it should be" });
  const models = read.data.providers.flatMap(modelsOf);
  const chosen = settings.ok ? config.safeParse(settings.value).data?.model : undefined;
  return ok({
    models,
    defaultModel: models.find(({ id }) => id === chosen)?.id ?? defaultOf(read.data.default, models),
    agents: (agents.safeParse(agentList.value).data ?? [])
      .filter(({ mode, hidden }) => mode !== "subagent" && !hidden)
      .map(({ name, description }) => ({ id: name, name, ...(description ? { description: description.slice(0, 500) } : {}) }))
      .toSorted((a, b) => Number(b.id === "build") - Number(a.id === "build")),
    commands: (commandList.ok ? (commands.safeParse(commandList.value).data ?? []) : []).map(({ name, description }) => ({
      name,
      description: description.slice(0, 2000),
    })),
  });
}

function modelsOf(provider: z.infer<typeof providers>["providers"][number]): Model[] {
  return Object.values(provider.models).map(({ id, name, limit, variants }) => ({
    id: `${provider.id}/${id}`,
    name: `${provider.name || provider.id}/${name || id}`,
    contextSize: limit.context > 0 ? limit.context : null,
    variants: Object.keys(variants ?? {}),
  }));
}

function defaultOf(defaults: Record<string, string>, models: Model[]): string | null {
  const known = Object.entries(defaults).map(([provider, model]) => `${provider}/${model}`);
  return known.find((id) => models.some((model) => model.id === id)) ?? models[0]?.id ?? null;
}

/** What can be chosen while these are chosen: a model has thinking levels of its own. */
export function choicesOf(offers: Offers, current: CurrentChoice): Choices {
  const { models, agents: modes } = offers;
  const variants = models.find(({ id }) => id === current.modelId)?.variants ?? [];
  const levels = variants.length > 0 ? [...variants, noVariant] : [];
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
  const hasLevels = (offers.models.find(({ id }) => id === modelId)?.variants.length ?? 0) > 0;
  return {
    modelId,
    modeId: stored?.modeId ?? offers.agents[0]?.id ?? null,
    thinkingLevel: hasLevels ? (stored?.thinkingLevel ?? noVariant) : null,
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
