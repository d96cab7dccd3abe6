import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import { mapFew } from "../../../lib/map-few.ts";
import { askJson } from "../ask-json.ts";
import { readProps } from "./llama-server.ts";
import { label, listOf, modelName, named, type ServerReader, type ToldModel } from "./told.ts";

const running = z.object({ running: listOf(z.object({ model: modelName, state: z.string().optional() })) });
const models = z.object({ data: listOf(z.object({ id: modelName, name: label })) });

const atATime = 4;

/** llama-swap starts a model when something is asked of it, so only those are asked that run (`/upstream/MODEL/props`). */
export const readLlamaSwap: ServerReader = async (server, only) => {
  const own = await askJson(server, `${server.root}/running`, running);
  if (!own.ok) return own;
  const listed = await askJson(server, `${server.url}/models`, models);
  if (!listed.ok) return listed;
  const ready = new Set(own.value.running.flatMap(({ model, state }) => (state === "ready" ? [model] : [])));
  const described = await mapFew(listed.value.data, atATime, async ({ id, name }): Promise<ToldModel> => {
    const model = { ...named(id), label: name ?? id, loaded: ready.has(id) };
    if (!ready.has(id) || (only !== null && only !== id)) return model;
    const path = id.split("/").map(encodeURIComponent).join("/");
    const its = await readProps(server, `${server.root}/upstream/${path}/props`);
    return its.ok ? { ...model, ...its.value } : model;
  });
  return ok(described);
};
