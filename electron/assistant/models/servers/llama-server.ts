import * as z from "zod";
import { ok, type Result } from "../../../../shared/result.ts";
import { mapFew } from "../../../lib/map-few.ts";
import { askJson, type AskedServer, type AskFailure } from "../ask-json.ts";
import { listOf, modelName, named, told, tokens, type ServerReader, type ToldModel } from "./told.ts";

/**
 * llama.cpp's `/props`. `n_ctx` is what one request may fill: the window of a slot. As a router (`role`) it tells it of
 * each of its models that is loaded.
 */
const props = z.object({
  role: z.string().optional().catch(undefined),
  default_generation_settings: z.object({ n_ctx: tokens.optional() }),
  total_slots: tokens.optional(),
  chat_template: z.string().optional().catch(undefined),
  chat_template_caps: z
    .object({ supports_tools: told.optional(), supports_tool_calls: told.optional() })
    .optional()
    .catch(undefined),
});

const models = z.object({
  data: listOf(z.object({ id: modelName, status: z.object({ value: z.string() }).optional().catch(undefined) })),
});

/** One more question for each loaded model of a router, so many at a time. */
const atATime = 4;

export const readLlamaServer: ServerReader = async (server, only) => {
  const own = await askJson(server, `${server.root}/props`, props);
  if (!own.ok) return own;
  const listed = await askJson(server, `${server.url}/models`, models);
  if (!listed.ok) return listed;
  if (own.value.role !== "router") return ok(listed.value.data.map(({ id }) => ({ ...named(id), ...describe(own.value) })));
  const routed = await mapFew(listed.value.data, atATime, async ({ id, status }): Promise<ToldModel> => {
    if (status?.value !== "loaded") return { ...named(id), loaded: status ? false : null };
    if (only !== null && only !== id) return { ...named(id), loaded: true };
    // Without `autoload=false` the question would load it.
    const its = await readProps(server, `${server.root}/props?model=${encodeURIComponent(id)}&autoload=false`);
    return { ...named(id), loaded: true, ...(its.ok ? its.value : {}) };
  });
  return ok(routed);
};

type Props = Pick<ToldModel, "window" | "loaded" | "tools" | "reasoning" | "slots">;

/** What the `/props` at an address tell of the one model behind it. */
export async function readProps(server: AskedServer, address: string): Promise<Result<Props, AskFailure>> {
  const asked = await askJson(server, address, props);
  return asked.ok ? ok(describe(asked.value)) : asked;
}

function describe({ default_generation_settings, total_slots, chat_template, chat_template_caps }: z.infer<typeof props>): Props {
  return {
    window: default_generation_settings.n_ctx ?? null,
    loaded: true,
    tools: chat_template_caps?.supports_tools ?? chat_template_caps?.supports_tool_calls ?? null,
    // The template is the only place where llama.cpp shows it.
    reasoning: chat_template === undefined ? null : /<think>|enable_thinking|reasoning_content|<\|channel\|>/.test(chat_template),
    slots: total_slots ?? null,
  };
}
