import * as z from "zod";
import {
  isoTime,
  permissionAction,
  permissionOption,
  planEntry,
  runChanges,
  runEventPayloads,
  timings,
  toolFailure,
  toolSnapshot,
  usage,
} from "../run-event.ts";
import type { RunTimeline } from "../run-fold.ts";

const key = z.string();

export const timelineItem = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), key, text: z.string(), at: isoTime }),
  z.object({ kind: z.literal("reasoning"), key, text: z.string(), startedAt: isoTime, endedAt: isoTime.nullable() }),
  z.object({
    kind: z.literal("tool"),
    key,
    tool: toolSnapshot,
    error: toolFailure.nullable(),
    startedAt: isoTime,
    endedAt: isoTime.nullable(),
  }),
  z.object({ kind: z.literal("plan"), key, entries: z.array(planEntry) }),
  z.object({
    kind: z.literal("permission"),
    key,
    permissionId: z.string(),
    toolCallId: z.string().nullable(),
    title: z.string(),
    action: permissionAction,
    options: z.array(permissionOption),
    at: isoTime,
    outcome: runEventPayloads["permission.resolved"].shape.outcome.nullable(),
    resolvedAt: isoTime.nullable(),
    by: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("question"),
    key,
    request: runEventPayloads["question.requested"],
    at: isoTime,
    outcome: runEventPayloads["question.answered"].shape.outcome.nullable(),
    content: z.record(z.string(), z.unknown()).nullable(),
  }),
  z.object({ kind: z.literal("notice"), key, notice: runEventPayloads.notice, at: isoTime }),
]);

/** The fold of a run's events, as it goes over the wire. */
export const timeline: z.ZodType<RunTimeline> = z.object({
  runId: z.string(),
  firstSeq: z.int().min(1),
  lastSeq: z.int().min(0),
  started: runEventPayloads["run.started"].shape.how.nullable(),
  items: z.array(timelineItem),
  usage: usage.nullable(),
  changed: runChanges.nullable(),
  checkpoints: z.object({ before: z.string().nullable(), after: z.string().nullable() }),
  outcome: z
    .object({
      kind: z.enum(["completed", "failed", "cancelled", "interrupted"]),
      at: isoTime,
      stopReason: z.string().nullable(),
      code: z.string().nullable(),
      message: z.string().nullable(),
      timings,
    })
    .nullable(),
});
