import * as z from "zod";
import { fields } from "../fields.ts";
import { isoTime, permissionAction, permissionOption } from "../run-event.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";
import { ruleMinutes, ruleScopes } from "./rules.ts";
import { tuiEvidence } from "./terminal-agent.ts";

/** What waits for a person, and whose it is. */
const whose = {
  id: z.string(),
  runId: z.string(),
  chatId: z.string(),
  sessionId: z.string(),
  projectId: z.string(),
  agentId: z.string(),
};
/** `asker`: the sub-agent that asks, by the name that its agent gives it; null where the agent itself does. */
const asked = { ...whose, asker: z.string().nullable() };

/** `warnings`: what a person should know before deciding (runs later, hidden characters, outside the working copy). */
export const permissionRequest = z.object({
  ...asked,
  /** The agent's own words: a claim, never the basis of the card. */
  title: z.string(),
  action: permissionAction,
  options: z.array(permissionOption),
  warnings: z.array(z.string()),
  /** Whether it can be answered for more than once; what has only a `claim` can't be for "always". */
  rememberable: z.boolean(),
  status: z.enum(["open", "resolved", "cancelled", "expired"]),
  createdAt: isoTime,
});
export type PermissionRequest = z.infer<typeof permissionRequest>;
/** What an agent wants to be allowed, before it is on record. */
export type PermissionAsk = Pick<PermissionRequest, "title" | "action" | "options"> & { toolCallId?: string; asker?: string };

export const question = z.object({
  ...asked,
  kind: z.enum(["tool", "question", "plan", "elicitation"]),
  message: z.string(),
  schema: z.record(z.string(), z.unknown()).optional(),
  options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  status: z.enum(["open", "answered", "declined", "cancelled", "expired"]),
  createdAt: isoTime,
});
export type Question = z.infer<typeof question>;

/** Files changed in a turn though nothing that was allowed in it covers them. It waits until the person has seen to it. */
export const alarm = z.object({
  ...whose,
  message: z.string(),
  paths: z.array(z.string()),
  /** Has the files as they were before the turn; null where none could be taken. */
  checkpointId: z.string().nullable(),
  status: z.enum(["open", "dismissed", "taken-back"]),
  createdAt: isoTime,
});
export type Alarm = z.infer<typeof alarm>;

/** An agent's own program on a terminal, where it waits for an answer; its `id` is the terminal's. */
export const waitingTerminal = z.object({
  id: z.string(),
  sessionId: z.string(),
  projectId: z.string(),
  agentId: z.string(),
  evidence: tuiEvidence,
});
export type WaitingTerminal = z.infer<typeof waitingTerminal>;

export const inboxItem = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("permission"), id: z.string(), at: isoTime, permission: permissionRequest }),
  z.object({ kind: z.literal("question"), id: z.string(), at: isoTime, question }),
  z.object({ kind: z.literal("alarm"), id: z.string(), at: isoTime, alarm }),
  z.object({ kind: z.literal("terminal"), id: z.string(), at: isoTime, terminal: waitingTerminal }),
]);
export type InboxItem = z.infer<typeof inboxItem>;

/** What an agent asked for, as it was shown (of an edit the files), who decided it, and when; `by` as in the run's events. */
export const permissionDecision = z.object({
  ...asked,
  title: z.string(),
  action: permissionAction.omit({ diff: true }),
  warnings: z.array(z.string()),
  outcome: z.enum(["open", "allowed", "rejected", "cancelled", "expired"]),
  by: z.string().nullable(),
  createdAt: isoTime,
  resolvedAt: isoTime.nullable(),
});
export type PermissionDecision = z.infer<typeof permissionDecision>;

const byId = fields({ id: z.string() });

export const permissions = {
  inbox: procedureWithoutInput(
    "GET",
    "/inbox",
    "List what waits for a person: permission requests, questions, alarms, and agents on terminals",
  ).output(z.array(inboxItem)),
  /** `minutes`: for how long it is remembered; null until it is removed. What can't be remembered is refused, and still waits. */
  answer: procedure(
    "POST",
    "/permissions/{id}/answer",
    "Answer a permission request",
    byId.extend({ optionId: z.string(), remember: z.enum(["once", ...ruleScopes]).default("once"), minutes: ruleMinutes }),
  )
    .output(permissionRequest)
    .errors(errors("PERMISSION_NOT_FOUND", "PERMISSION_CLOSED", "PERMISSION_OPTION_UNKNOWN", "INPUT_INVALID")),
  answerQuestion: procedure(
    "POST",
    "/questions/{id}/answer",
    "Answer a question; null declines it",
    byId.extend({ content: z.record(z.string(), z.unknown()).nullable() }),
  )
    .output(question)
    .errors(errors("QUESTION_NOT_FOUND", "QUESTION_CLOSED", "INPUT_INVALID")),
  dismissAlarm: procedure("POST", "/alarms/{id}/dismiss", "Dismiss an alarm; the files stay as they are", byId)
    .output(alarm)
    .errors(errors("ALARM_NOT_FOUND")),
  /** The newest first; go on with `before`, the id of the last one. Reading files of the working copy isn't on record. */
  history: procedure(
    "GET",
    "/permissions/history",
    "Search what agents asked for, and who decided it",
    fields({
      search: z.string().min(1).max(200).optional(),
      projectId: z.string().optional(),
      sessionId: z.string().optional(),
      /** Who decided: `person`, `policy:NAME`, `rule:ID`. */
      by: z.string().optional(),
      before: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
  ).output(z.array(permissionDecision)),
};
