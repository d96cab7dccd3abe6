import * as z from "zod";

// What of a server's answers and events is used, checked where it enters. Of another shape it counts as absent.

const text = z.string().catch("");
const count = z.number().nonnegative().catch(0).default(0);

export const sessionInfo = z.object({
  id: z.string(),
  directory: z.string().catch(""),
  parentID: z.string().nullish().catch(null),
  title: text.default(""),
  agent: z.string().nullish().catch(null),
  model: z
    .object({ id: z.string(), providerID: z.string(), variant: z.string().nullish().catch(null) })
    .nullish()
    .catch(null),
});
export type SessionInfo = z.infer<typeof sessionInfo>;

export const messageError = z.object({
  name: z.string().catch("UnknownError"),
  data: z.object({ message: z.string().catch(""), statusCode: z.number().optional().catch(undefined) }).catch({ message: "" }),
});
export type MessageError = z.infer<typeof messageError>;

export const messageInfo = z.object({
  id: z.string(),
  role: z.enum(["user", "assistant"]),
  parentID: z.string().optional().catch(undefined),
  agent: z.string().optional().catch(undefined),
  modelID: z.string().optional().catch(undefined),
  providerID: z.string().optional().catch(undefined),
  finish: z.string().optional().catch(undefined),
  /** What a compaction made of the turns before: said to the model, not to the person. */
  summary: z.boolean().optional().catch(undefined),
  error: messageError.nullish().catch(null),
  time: z.object({ completed: z.number().optional().catch(undefined) }).catch({}),
});
export type MessageInfo = z.infer<typeof messageInfo>;

const loose = z.record(z.string(), z.unknown()).catch({});
const partIds = { id: z.string(), messageID: z.string() };
const toolState = z.object({
  status: z.enum(["pending", "running", "completed", "error"]),
  input: loose.default({}),
  title: z.string().optional().catch(undefined),
  output: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  metadata: loose.default({}),
});

export const messagePart = z.discriminatedUnion("type", [
  z.object({ ...partIds, type: z.enum(["text", "reasoning"]), text, ignored: z.boolean().optional().catch(undefined) }),
  z.object({ ...partIds, type: z.literal("tool"), tool: z.string(), callID: z.string(), state: toolState }),
  z.object({
    ...partIds,
    type: z.literal("step-finish"),
    cost: count,
    tokens: z.object({
      input: count,
      output: count,
      reasoning: count,
      cache: z.object({ read: count, write: count }).catch({ read: 0, write: 0 }),
    }),
  }),
]);
export type MessagePart = z.infer<typeof messagePart>;
export type ToolPart = Extract<MessagePart, { type: "tool" }>;

/** Of the parts those that are known. */
export const messageWithParts = z.object({
  info: messageInfo,
  parts: z
    .array(z.unknown())
    .catch([])
    .transform((parts) => parts.flatMap((part) => messagePart.safeParse(part).data ?? [])),
});
export type MessageWithParts = z.infer<typeof messageWithParts>;

const toolCall = z.object({ messageID: z.string(), callID: z.string() }).nullish().catch(null);

export const permissionRequest = z.object({
  id: z.string(),
  sessionID: z.string(),
  permission: z.string(),
  patterns: z.array(z.string()).catch([]),
  metadata: loose.default({}),
  tool: toolCall,
});
export type PermissionRequest = z.infer<typeof permissionRequest>;

export const questionRequest = z.object({
  id: z.string(),
  sessionID: z.string(),
  questions: z
    .array(
      z.object({
        question: text,
        header: text.default(""),
        options: z.array(z.object({ label: z.string(), description: text.default("") })).catch([]),
        multiple: z.boolean().optional().catch(undefined),
        custom: z.boolean().optional().catch(undefined),
      }),
    )
    .min(1),
});
export type QuestionRequest = z.infer<typeof questionRequest>;

export const sessionStatus = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["idle", "busy"]) }),
  z.object({ type: z.literal("retry"), attempt: z.number().catch(1), message: text, next: z.number().catch(0) }),
]);
export type SessionStatus = z.infer<typeof sessionStatus>;

export const todo = z.object({
  content: text,
  status: z.enum(["pending", "in_progress", "completed"]).catch("completed"),
  priority: z.enum(["high", "medium", "low"]).catch("medium"),
});
