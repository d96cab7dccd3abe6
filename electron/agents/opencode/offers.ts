import * as z from "zod";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure } from "../port.ts";
import type { Offers } from "../programs/offers.ts";
import { answerOf, within, type OpencodeClient } from "./api.ts";

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
    modes: (agents.safeParse(agentList.value).data ?? [])
      .filter(({ mode, hidden }) => mode !== "subagent" && !hidden)
      .map(({ name, description }) => ({ id: name, name, ...(description ? { description: description.slice(0, 500) } : {}) }))
      .toSorted((a, b) => Number(b.id === "build") - Number(a.id === "build")),
    commands: (commandList.ok ? (commands.safeParse(commandList.value).data ?? []) : []).map(({ name, description }) => ({
      name,
      description: description.slice(0, 2000),
    })),
  });
}

/** A prompt waits as long again, if this wasn't enough. */
const loadMs = 15_000;

/**
 * A prompt needs more of its folder than what is offered: the server loads that with the first prompt there, which takes
 * most of a second, or with the first question for the folder's terminals.
 */
export async function loadForPrompts({ pty }: OpencodeClient, directory: string, wanted: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([wanted, within(loadMs).signal]);
  await answerOf("Asking for its terminals", pty.list({ directory }, { signal }));
}

function modelsOf(provider: z.infer<typeof providers>["providers"][number]): Offers["models"] {
  return Object.values(provider.models).map(({ id, name, limit, variants }) => ({
    id: `${provider.id}/${id}`,
    name: `${provider.name || provider.id}/${name || id}`,
    contextSize: limit.context > 0 ? limit.context : null,
    levels: Object.keys(variants ?? {}),
  }));
}

function defaultOf(defaults: Record<string, string>, models: Offers["models"]): string | null {
  const known = Object.entries(defaults).map(([provider, model]) => `${provider}/${model}`);
  return known.find((id) => models.some((model) => model.id === id)) ?? models[0]?.id ?? null;
}
