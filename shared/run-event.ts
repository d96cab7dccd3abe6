import * as z from "zod";

/** ISO 8601 in UTC, milliseconds. */
export const isoTime = z.iso.datetime();

export const toolKind = z.enum(["read", "edit", "delete", "move", "search", "execute", "think", "fetch", "switch_mode", "other"]);
export type ToolKind = z.infer<typeof toolKind>;

/** `cut`: the texts were too long to be kept here; the call's `diffFile` has them. */
export const toolDiff = z.object({
  path: z.string(),
  oldText: z.string().nullable(),
  newText: z.string(),
  cut: z.literal(true).optional(),
});
export type ToolDiff = z.infer<typeof toolDiff>;

export const toolErrorCode = z.enum([
  "TOOL_INPUT_VALIDATION_FAILED",
  "POLICY_VIOLATION",
  "PATCH_FAILED",
  "PERMISSION_DENIED",
  "TIMED_OUT",
  "CANCELLED",
  "EXECUTION_FAILED",
]);
export type ToolErrorCode = z.infer<typeof toolErrorCode>;

/**
 * A tool call, whole. `id` is the agent's own, unique in its run; `terminal` is the id of the terminal its command runs in.
 * `output`, `input` and `diff` over 64 KB are cut there, and `outputFile`, `inputFile` and `diffFile` name the files that
 * have all of them. `exitCode`: of a command that is over, where the agent told it.
 *
 * In an event it tells what changed since the event of the call before it: what is absent or empty stays as it was. So
 * the log holds each thing once: an update comes with a new status, and what a call told while it ran with its end.
 */
export const toolSnapshot = z.object({
  id: z.string(),
  kind: toolKind,
  title: z.string(),
  status: z.enum(["pending", "in_progress", "completed", "failed", "cancelled"]),
  locations: z.array(z.object({ path: z.string(), line: z.int().optional() })),
  input: z.unknown().optional(),
  output: z.string().optional(),
  outputFile: z.string().optional(),
  inputFile: z.string().optional(),
  diff: z.array(toolDiff),
  diffFile: z.string().optional(),
  terminal: z.string().optional(),
  exitCode: z.int().optional(),
});
export type ToolSnapshot = z.infer<typeof toolSnapshot>;

/** Whether a tool call of this status is over for good. */
export function toolHasEnded(status: ToolSnapshot["status"]): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/**
 * Why a tool call failed; in `tool.failed` these fields stand beside the snapshot's. `fields`: what was wrong in the input.
 * `diagnostics`: what is known besides: `exitCode` of a command, where the agent told it; often nothing.
 */
export const toolFailure = z.object({
  code: toolErrorCode,
  message: z.string(),
  fields: z.array(z.string()).optional(),
  diagnostics: z.record(z.string(), z.unknown()),
});
export type ToolFailure = z.infer<typeof toolFailure>;

export const planEntry = z.object({
  content: z.string(),
  priority: z.enum(["high", "medium", "low"]),
  status: z.enum(["pending", "in_progress", "completed"]),
});
export type PlanEntry = z.infer<typeof planEntry>;

export const permissionOption = z.object({
  optionId: z.string(),
  kind: z.enum(["allow_once", "allow_always", "reject_once", "reject_always"]),
  name: z.string(),
});
export type PermissionOption = z.infer<typeof permissionOption>;

/** A tool of an MCP server that Hearth calls itself. `serverHash`: of what the server was approved as; `input`: as JSON. */
export const calledTool = z.object({ server: z.string(), serverHash: z.string(), name: z.string(), input: z.string() });

/**
 * What will be done, from structured fields only, as the app shows it and binds an approval to it.
 * `undecodable`: the agent gave nothing that can be inspected.
 */
export const permissionAction = z.object({
  kind: z.enum(["read", "edit", "delete", "move", "execute", "fetch", "other", "undecodable"]),
  command: z.string().optional(),
  argv: z.array(z.string()).optional(),
  /** A command that the agent only called by a name, and gave nothing else of: its word, which can't be looked into. */
  claim: z.string().optional(),
  /** Variables that are set for the command, as `NAME=value`, and are known to change nothing but how it prints. */
  quietSettings: z.array(z.string()).optional(),
  cwd: z.string().optional(),
  paths: z.array(z.string()).optional(),
  diff: z.array(toolDiff).optional(),
  url: z.string().optional(),
  /** What a terminal of the person's shows is read. */
  terminalId: z.string().optional(),
  tool: calledTool.optional(),
});
export type PermissionAction = z.infer<typeof permissionAction>;

/** Token counts; `null` is "the agent didn't say". Cost in US dollars. Context in tokens. */
export const usage = z.object({
  input: z.number().nullable(),
  cached: z.number().nullable(),
  output: z.number().nullable(),
  reasoning: z.number().nullable(),
  cost: z.number().nullable().optional(),
  contextUsed: z.number().nullable().optional(),
  contextSize: z.number().nullable().optional(),
  /** How fast the latest answer was written, where the model's server tells. */
  tokensPerSecond: z.number().nullable().optional(),
});
export type Usage = z.infer<typeof usage>;

/** Milliseconds since the run was created; absent = not reached. */
export const timings = z.object({
  create: z.number().optional(),
  workingCopyReady: z.number().optional(),
  agentReady: z.number().optional(),
  firstEvent: z.number().optional(),
  firstToken: z.number().optional(),
  total: z.number().optional(),
});
export type Timings = z.infer<typeof timings>;

export const agentCommand = z.object({ name: z.string(), description: z.string(), hint: z.string().optional() });
export type AgentCommand = z.infer<typeof agentCommand>;

/** What a run did to the files. `paths`: the first 200 of them. */
export const runChanges = z.object({ files: z.int(), additions: z.int(), deletions: z.int(), paths: z.array(z.string()) });
export type RunChanges = z.infer<typeof runChanges>;

const delta = z.object({ text: z.string(), messageId: z.string().optional() });
const terminal = z.object({
  stopReason: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  timings,
  usage: usage.nullable(),
});
const question = z.object({
  questionId: z.string(),
  kind: z.enum(["tool", "question", "plan", "elicitation"]),
  message: z.string(),
  /** JSON Schema of the form (an object with flat properties), when it is a form. */
  schema: z.record(z.string(), z.unknown()).optional(),
  options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
});

/** What each type of event carries. */
export const runEventPayloads = {
  "run.accepted": z.object({ agentId: z.string(), modelId: z.string().nullable() }),
  "run.started": z.object({ how: z.enum(["warm", "new", "resumed", "loaded", "memory-lost"]) }),
  "assistant.delta": delta,
  "reasoning.delta": delta,
  "plan.updated": z.object({ entries: z.array(planEntry) }),
  "tool.started": toolSnapshot,
  "tool.updated": toolSnapshot,
  "tool.completed": toolSnapshot,
  "tool.failed": toolSnapshot.extend(toolFailure.shape),
  "permission.requested": z.object({
    permissionId: z.string(),
    /** The `id` of the tool call it is for. */
    toolCallId: z.string().optional(),
    title: z.string(),
    action: permissionAction,
    options: z.array(permissionOption),
  }),
  "permission.resolved": z.object({
    permissionId: z.string(),
    outcome: z.enum(["allowed", "rejected", "cancelled", "expired"]),
    optionId: z.string().optional(),
    by: z.string(),
  }),
  /** A request that a policy or a remembered decision answered, without asking. Of an edit the tool call has the diff. */
  "permission.decided": z.object({
    permissionId: z.string(),
    /** The `id` of the tool call it is for. */
    toolCallId: z.string().optional(),
    title: z.string(),
    action: permissionAction.omit({ diff: true }),
    outcome: z.enum(["allowed", "rejected"]),
    /** `policy:NAME` or `rule:ID`. */
    by: z.string(),
  }),
  "question.requested": question,
  "question.answered": z.object({
    questionId: z.string(),
    outcome: z.enum(["answered", "declined", "cancelled", "expired"]),
    content: z.record(z.string(), z.unknown()).optional(),
    by: z.string(),
  }),
  "commands.updated": z.object({ commands: z.array(agentCommand) }),
  "mode.changed": z.object({ modeId: z.string() }),
  "usage.updated": usage,
  "context.compacted": z.object({ message: z.string().optional() }),
  notice: z.object({
    kind: z.enum([
      "retry",
      "stall",
      "memory-lost",
      "fallback",
      "empty",
      "skipped-files",
      "unasked",
      "warning",
      "handover",
      "paused",
    ]),
    message: z.string(),
    /** `handover`: what the agent was told before its prompt. */
    account: z.string().optional(),
    /** `unasked`: the files that changed without a request, the checkpoint that has them as they were, and the alarm. */
    paths: z.array(z.string()).optional(),
    checkpointId: z.string().optional(),
    alarmId: z.string().optional(),
  }),
  /** `changed` is absent where the run changed nothing, or it isn't known what. */
  "revision.created": z.object({ revisionId: z.string(), changed: runChanges.optional() }),
  "checkpoint.created": z.object({ checkpointId: z.string(), kind: z.string() }),
  "run.completed": terminal,
  "run.failed": terminal,
  "run.cancelled": terminal,
  "run.interrupted": terminal,
} as const;

export type RunEventType = keyof typeof runEventPayloads;
export type RunEventPayload<T extends RunEventType> = z.infer<(typeof runEventPayloads)[T]>;

/** An event before the log has numbered it. */
export type RunEventBody = { [T in RunEventType]: { type: T; payload: RunEventPayload<T> } }[RunEventType];

function envelope<T extends RunEventType>(type: T) {
  return z.object({
    seq: z.int().min(1),
    cursor: z.int().min(1),
    runId: z.string(),
    at: isoTime,
    type: z.literal(type),
    payload: runEventPayloads[type],
    diagnostics: z.record(z.string(), z.unknown()).optional(),
  });
}

/**
 * One entry of a run's log, as it goes over the wire. `seq` counts from 1 without gaps within the run.
 * `cursor` numbers all events of the data folder in the order they were committed: the place from which
 * a reader of a chat, a session or everything goes on.
 */
export const runEvent = z.discriminatedUnion("type", [
  envelope("run.accepted"),
  envelope("run.started"),
  envelope("assistant.delta"),
  envelope("reasoning.delta"),
  envelope("plan.updated"),
  envelope("tool.started"),
  envelope("tool.updated"),
  envelope("tool.completed"),
  envelope("tool.failed"),
  envelope("permission.requested"),
  envelope("permission.resolved"),
  envelope("permission.decided"),
  envelope("question.requested"),
  envelope("question.answered"),
  envelope("commands.updated"),
  envelope("mode.changed"),
  envelope("usage.updated"),
  envelope("context.compacted"),
  envelope("notice"),
  envelope("revision.created"),
  envelope("checkpoint.created"),
  envelope("run.completed"),
  envelope("run.failed"),
  envelope("run.cancelled"),
  envelope("run.interrupted"),
] as const);
export type RunEvent = z.infer<typeof runEvent>;

const terminalTypes: ReadonlySet<RunEventType> = new Set(["run.completed", "run.failed", "run.cancelled", "run.interrupted"]);

/** Whether the event is the one that ends a run. */
export function isTerminal(event: { type: RunEventType }): boolean {
  return terminalTypes.has(event.type);
}
