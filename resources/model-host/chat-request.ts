import * as z from "zod";

const content = z.union([
  z.string(),
  z.array(z.object({ type: z.literal("text"), text: z.string() })).transform((parts) => parts.map(({ text }) => text).join("\n")),
]);

const call = z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) });

const message = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "developer"]), content }),
  z.object({ role: z.literal("user"), content }),
  z.object({ role: z.literal("assistant"), content: content.nullish(), tool_calls: z.array(call).optional() }),
  z.object({ role: z.literal("tool"), tool_call_id: z.string(), content }),
]);
export type ChatMessage = z.infer<typeof message>;

const number = z.number().nullish();

/** A request for a chat completion, as far as it is understood here; what else is in it says nothing. */
export const chatRequest = z.object({
  messages: z.array(message).min(1),
  tools: z
    .array(z.object({ function: z.object({ name: z.string(), description: z.string().optional(), parameters: z.unknown() }) }))
    .optional(),
  stream: z.boolean().optional(),
  return_progress: z.boolean().optional(),
  max_tokens: z.int().positive().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  seed: z.int().nullish(),
  temperature: number,
  top_p: number,
  top_k: number,
  min_p: number,
  presence_penalty: number,
  frequency_penalty: number,
  repeat_penalty: number,
  xtc_probability: number,
  xtc_threshold: number,
  dry_multiplier: number,
  dry_base: number,
  dry_allowed_length: number,
  dry_penalty_last_n: number,
  thinking_budget_tokens: number,
  chat_template_kwargs: z.object({ enable_thinking: z.boolean().optional() }).optional(),
});
export type ChatRequest = z.infer<typeof chatRequest>;
