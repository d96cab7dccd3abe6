import * as z from "zod";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import { askJson } from "./ask-json.ts";
import type { UsableModel } from "./model.ts";

/** A large model may have to be read from a slow disk first. */
const limitMs = 10 * 60_000;

const completion = z.object({ choices: z.array(z.unknown()).min(1) });

/** Asks for one token and says how long that took. Whoever asked may go at any time: that ends the request. */
export async function testModel(
  { model, route }: Pick<UsableModel, "model" | "route">,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<{ ms: number }, string>> {
  const from = clock.monotonic();
  const server = { root: route.url, url: route.url, key: route.key, limitMs, signal };
  const told = await askJson(server, `${route.url}/chat/completions`, completion, {
    model: model.name,
    messages: [{ role: "user", content: "Say yes." }],
    max_tokens: 1,
    stream: false,
  });
  return told.ok ? ok({ ms: Math.round(clock.monotonic() - from) }) : fail(`${model.name}: ${told.error.message}`);
}
