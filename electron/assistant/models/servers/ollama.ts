import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import { mapFew } from "../../../lib/map-few.ts";
import { askJson } from "../ask-json.ts";
import { label, listOf, modelName, named, tokens, type ServerReader, type ToldModel } from "./told.ts";

const tags = z.object({ models: listOf(z.object({ name: modelName, remote_host: label })) });
const loaded = z.object({ models: listOf(z.object({ name: modelName, context_length: tokens.optional() })) });
const shown = z.object({ capabilities: z.array(z.string()).optional() });

const atATime = 4;

/**
 * Ollama tells the window of a model only while it is loaded (`/api/ps`); `/api/show` has the largest that it could have,
 * which says nothing of the one that it will get.
 */
export const readOllama: ServerReader = async (server, only) => {
  const [all, now] = await Promise.all([
    askJson(server, `${server.root}/api/tags`, tags),
    askJson(server, `${server.root}/api/ps`, loaded),
  ]);
  if (!all.ok) return all;
  if (!now.ok) return now;
  const windows = new Map(now.value.models.map(({ name, context_length }) => [name, context_length ?? null]));
  const described = await mapFew(all.value.models, atATime, async ({ name, remote_host }): Promise<ToldModel[]> => {
    const model = {
      ...named(name),
      // Such a model isn't on this machine: Ollama passes prompts on.
      label: remote_host === undefined ? name : `${name} (at ${remote_host})`,
      window: windows.get(name) ?? null,
      loaded: windows.has(name),
    };
    if (only !== null && only !== name) return [model];
    const its = await askJson(server, `${server.root}/api/show`, shown, { model: name });
    const can = its.ok ? its.value.capabilities : undefined;
    if (can === undefined) return [model];
    if (!can.includes("completion")) return [];
    return [{ ...model, tools: can.includes("tools"), reasoning: can.includes("thinking") }];
  });
  return ok(described.flat());
};
