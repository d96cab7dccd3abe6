import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { fields } from "../fields.ts";
import { integrationContract } from "../integration-contract.ts";
import { contentBlock, promptInput } from "../prompt.ts";
import { isoTime, runEvent, timings, usage } from "../run-event.ts";
import { pause, turnLimits } from "../turn-limits.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";

export const runStatus = z.enum([
  "queued",
  "starting",
  "running",
  "waiting",
  "paused",
  "completed",
  "failed",
  "cancelled",
  "interrupted",
]);
export type RunStatus = z.infer<typeof runStatus>;

/** Whether a run of this status is over for good. */
export function runHasEnded(status: RunStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled" || status === "interrupted";
}

export const run = z.object({
  id: z.string(),
  chatId: z.string(),
  sessionId: z.string(),
  agentId: z.string(),
  requestedModelId: z.string().nullable(),
  resolvedModelId: z.string().nullable(),
  modeId: z.string().nullable(),
  thinkingLevel: z.string().nullable(),
  workingCopyId: z.string(),
  baseRevisionId: z.string().nullable(),
  status: runStatus,
  /** Why it isn't going on, while queued, paused or stopping: in words for a person. */
  reason: z.string().nullable(),
  /** What it came to, while `paused`. */
  pause: pause.nullable(),
  /** Where they differ from the settings'; absent where none were given. */
  limits: turnLimits.partial().optional(),
  /** What keeps the run from being saved, in words for a person; absent while all of it is. Writing is tried again. */
  notSaved: z.string().optional(),
  prompt: z.array(contentBlock),
  /** What the agent said when the run was over, of work that it had left in the background; absent where it said nothing. */
  lateReport: z.object({ text: z.string(), at: isoTime }).optional(),
  stopReason: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  timings,
  usage: usage.nullable(),
  createdAt: isoTime,
  endedAt: isoTime.nullable(),
  /** Cursor of the newest event; go on from here. */
  lastSeq: z.int(),
});
export type Run = z.infer<typeof run>;

export const createRun = fields({
  chatId: z.string(),
  agentId: z.string().optional(),
  modelId: z.string().nullable().default(null),
  modeId: z.string().nullable().optional(),
  thinkingLevel: z.string().nullable().optional(),
  prompt: promptInput,
  baseRevisionId: z.string().optional(),
  idempotencyKey: z.string().min(1).max(200).optional(),
  /** `integrationContract`: a system to build against. Its summary goes to the agent with the prompt, and Hearth's own can read it all. */
  context: z
    .record(z.string(), z.unknown())
    .superRefine(({ integrationContract: given }, refined) => {
      const read = given === undefined ? null : integrationContract.safeParse(given);
      for (const issue of read?.error?.issues ?? [])
        refined.addIssue({ code: "custom", path: ["integrationContract", ...issue.path], message: issue.message });
    })
    .optional(),
  /** After how much the turn pauses, where Hearth can tell; what isn't given is as the settings say. */
  limits: turnLimits.partial().optional(),
  /** Stops the chat's turn that goes on, for this prompt, which is the next to go out; one that hasn't begun isn't stopped. */
  now: z.boolean().optional(),
});

/** Why a prompt may be refused. */
export const createRunErrors = [
  "INPUT_INVALID",
  "PROJECT_NOT_FOUND",
  "SESSION_NOT_FOUND",
  "CHAT_NOT_FOUND",
  "PROJECT_NOT_TRUSTED",
  "CODING_AGENT_ENGINE_UNAVAILABLE",
  "CODING_AGENT_ENGINE_UNSUPPORTED_RUNTIME",
  "CODING_AGENT_SANDBOX_REQUIRED",
  "CODING_AGENT_MODEL_UNAVAILABLE",
  "CODING_AGENT_DOES_NOT_ASK",
  "REVISION_CONFLICT",
  "IDEMPOTENCY_KEY_REUSED",
  "WORKING_COPY_MISSING",
  "WORKING_COPY_NOT_READY",
  "STORE_UNAVAILABLE",
] as const;

const byId = fields({ id: z.string() });

export const runs = {
  create: procedure("POST", "/chats/{chatId}/coding-agent/runs", "Send a prompt: create a run", createRun)
    .output(run)
    .errors(errors(...createRunErrors)),
  list: procedure(
    "GET",
    "/chats/{chatId}/coding-agent/runs",
    "List a chat's runs",
    fields({ chatId: z.string(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
  )
    .output(z.array(run))
    .errors(errors("CHAT_NOT_FOUND")),
  get: procedure("GET", "/runs/{id}", "Get a run", byId).output(run).errors(errors("RUN_NOT_FOUND")),
  /** The run's events from `after` (or `Last-Event-ID`) on; ends after the terminal event. */
  stream: procedure(
    "GET",
    "/runs/{id}/stream",
    "Follow a run's events to its end",
    byId.extend({ after: z.coerce.number().int().min(0).optional() }),
  )
    .output(eventIterator(runEvent))
    .errors(errors("RUN_NOT_FOUND")),
  cancel: procedure("POST", "/runs/{id}/cancel", "Stop a run", byId).output(run).errors(errors("RUN_NOT_FOUND")),
  resume: procedure("POST", "/runs/{id}/resume", "Go on with a paused run", byId)
    .output(run)
    .errors(errors("RUN_NOT_FOUND", "RUN_NOT_PAUSED")),
};
