import * as z from "zod";

// The messages that Claude Code prints as `stream-json`, and Qwen Code after it. The same come out of Claude's SDK.
// What is needed here of each; a field of another shape counts as absent.

const text = z.string().optional().catch(undefined);
const count = z.number().nonnegative().optional().catch(undefined);
const fields = z.record(z.string(), z.unknown());

const block = z.object({
  type: z.string(),
  text,
  thinking: text,
  id: text,
  name: text,
  input: fields.optional().catch(undefined),
  tool_use_id: text,
  content: z.unknown().optional(),
  is_error: z.boolean().optional().catch(undefined),
});
export type Block = z.infer<typeof block>;

const tokens = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
export type Tokens = z.infer<typeof tokens>;

const blocks = z.union([z.array(block), z.string().transform((said) => [{ type: "text", text: said } as Block])]).catch([]);
/** null: the agent's own words, and not a sub-agent's. */
const parent = z.string().nullish().catch(null);

const streamEvent = z.object({
  type: z.literal("stream_event"),
  parent_tool_use_id: parent,
  user_message_uuid: text,
  event: z.object({
    type: z.string(),
    message: z
      .object({ id: z.string(), usage: tokens.optional().catch(undefined) })
      .optional()
      .catch(undefined),
    content_block: block.optional().catch(undefined),
    delta: z.object({ text, thinking: text }).optional().catch(undefined),
  }),
});

const assistant = z.object({
  type: z.literal("assistant"),
  parent_tool_use_id: parent,
  user_message_uuid: text,
  message: z.object({ id: text, content: blocks, usage: tokens.optional().catch(undefined) }),
  /** The message is the agent's own on why its model didn't answer. */
  error: text,
});

const user = z.object({
  type: z.literal("user"),
  parent_tool_use_id: parent,
  message: z.object({ content: blocks }),
});

const modelUse = z.object({
  inputTokens: count,
  outputTokens: count,
  cacheReadInputTokens: count,
  cacheCreationInputTokens: count,
  thinkingTokens: count,
  costUSD: count,
  contextWindow: count,
});
export type ModelUse = z.infer<typeof modelUse>;
const use = z.record(z.string(), modelUse).optional().catch(undefined);

const result = z.object({
  type: z.literal("result"),
  subtype: z.string().catch(""),
  is_error: z.boolean().catch(false),
  result: text,
  errors: z.array(z.string()).catch([]),
  error: z.object({ message: z.string() }).optional().catch(undefined),
  stop_reason: text,
  terminal_reason: text,
  user_message_uuid: text,
  user_message_uuids: z.array(z.string()).catch([]),
  /** Whose words began the turn: a person's, or those of a task in the background. */
  origin: z.object({ kind: z.string() }).optional().catch(undefined),
  num_turns: count,
  /** Of this turn, without its sub-agents. */
  usage: tokens.optional().catch(undefined),
  /** Of this turn with its sub-agents; newer versions only. */
  model_usage_since_last_result: use,
  /** Both since the process began. */
  modelUsage: use,
  total_cost_usd: count,
});
export type TurnResult = z.infer<typeof result>;

const slashCommands = z
  .array(z.object({ name: z.string(), description: z.string().catch(""), argumentHint: z.string().catch("") }))
  .optional()
  .catch(undefined);

const system = z.object({
  type: z.literal("system"),
  subtype: z.string().catch(""),
  session_id: text,
  model: text,
  permissionMode: text,
  content: text,
  commands: slashCommands,
  attempt: count,
  max_retries: count,
  retry_delay_ms: count,
  error_status: count,
  error: text,
});

const rateLimit = z.object({
  type: z.literal("rate_limit_event"),
  rate_limit_info: z.object({ status: z.string(), rateLimitType: text, resetsAt: count }),
});

const message = z.discriminatedUnion("type", [streamEvent, assistant, user, result, system, rateLimit]);
export type StreamMessage = z.infer<typeof message>;

/** null for what isn't one, or is of no kind that matters here. */
export function readMessage(value: unknown): StreamMessage | null {
  return message.safeParse(value).data ?? null;
}
