import * as z from "zod";
import { fail, ok } from "../../../../shared/result.ts";
import { askJson } from "../ask-json.ts";
import { listOf, modelName, named, tokens, type ServerReader } from "./told.ts";

const models = z.object({
  data: listOf(z.object({ id: modelName, owned_by: z.string().optional().catch(undefined), max_model_len: tokens.optional() })),
});

/** vLLM says in the list itself what a request may hold (`max_model_len`): a model is loaded as long as it serves it. */
export const readVllm: ServerReader = async (server) => {
  const listed = await askJson(server, `${server.url}/models`, models);
  if (!listed.ok) return listed;
  if (!listed.value.data.some(({ owned_by }) => owned_by === "vllm")) return fail({ type: "odd", message: "It isn't vLLM" });
  return ok(listed.value.data.map(({ id, max_model_len }) => ({ ...named(id), window: max_model_len ?? null, loaded: true })));
};

/** Any other that speaks OpenAI's API: the names, and the window where it says it as vLLM does. */
export const readOther: ServerReader = async (server) => {
  const listed = await askJson(server, `${server.url}/models`, models);
  if (!listed.ok) return listed;
  return ok(listed.value.data.map(({ id, max_model_len }) => ({ ...named(id), window: max_model_len ?? null })));
};
