import * as z from "zod";
import type { ErrorCode } from "../errors.ts";
import { fields } from "../fields.ts";
import { isoTime } from "../run-event.ts";
import { notCovered } from "../not-covered.ts";
import { conflict, fileDiff } from "./changes.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";

export const checkpoint = z.object({
  id: z.string(),
  sessionId: z.string(),
  runId: z.string().nullable(),
  kind: z.enum(["before-run", "after-run", "manual", "before-apply", "before-restore", "before-reject", "before-removal"]),
  label: z.string().nullable(),
  revisionId: z.string(),
  /** What it doesn't hold; a restore leaves it alone. */
  skipped: z.array(notCovered),
  createdAt: isoTime,
});
export type Checkpoint = z.infer<typeof checkpoint>;

/**
 * Two ways back. `exact`: the files are what they were in the checkpoint. `agents`: what agents did since is taken back, and
 * what a person wrote since stays. What is ignored stays in both.
 */
export const restoreMode = z.enum(["exact", "agents"]);
export type RestoreMode = z.infer<typeof restoreMode>;

export const restoreResult = z.object({
  mode: restoreMode,
  changed: z.array(z.string()),
  /** What happens to each of these. */
  changes: z.array(
    z.object({
      path: z.string(),
      operation: z.enum(["create", "edit", "delete", "mode"]),
      additions: z.int(),
      deletions: z.int(),
      binary: z.boolean(),
    }),
  ),
  /** What should change and can't. */
  conflicts: z.array(conflict),
  /** What isn't as in the checkpoint afterwards, and is meant to stay so. */
  kept: z.array(conflict),
  checkpointBeforeId: z.string().nullable(),
  /** What the folder has that no snapshot holds: it stays as it is. */
  notCovered: z.array(notCovered),
});
export type RestoreResult = z.infer<typeof restoreResult>;

const byId = fields({ id: z.string() });

/** What a restore can fail with. */
export const restoreCodes = [
  "CHECKPOINT_NOT_FOUND",
  "SESSION_NOT_FOUND",
  "WORKING_COPY_MISSING",
  "WORKING_COPY_BUSY",
  "PATH_REFUSED",
  "CHECKPOINT_FAILED",
  "GIT_FAILED",
  "DISK_FULL",
] as const satisfies readonly ErrorCode[];

export const checkpoints = {
  list: procedure("GET", "/sessions/{id}/checkpoints", "List a session's checkpoints", byId)
    .output(z.array(checkpoint))
    .errors(errors("SESSION_NOT_FOUND")),
  create: procedure(
    "POST",
    "/sessions/{id}/checkpoints",
    "Take a checkpoint of a session's files",
    byId.extend({ label: z.string().trim().max(200).optional() }),
  )
    .output(checkpoint)
    .errors(errors("SESSION_NOT_FOUND", "WORKING_COPY_MISSING", "CHECKPOINT_FAILED", "DISK_FULL")),
  /** Files that differ between the checkpoint and another (left out: the working copy as it is). */
  diff: procedure(
    "GET",
    "/checkpoints/{id}/diff",
    "Compare a checkpoint with another, or with the files as they are",
    byId.extend({ toId: z.string().optional() }),
  )
    .output(z.array(fileDiff))
    .errors(errors("CHECKPOINT_NOT_FOUND", "WORKING_COPY_MISSING", "GIT_FAILED")),
  restore: procedure(
    "POST",
    "/checkpoints/{id}/restore",
    "Put a session's files back to a checkpoint; another is taken first",
    byId.extend({
      what: z.literal("files").default("files"),
      /** Left out: `agents` where an agent has worked or git brought something in since, and to undo a restore; else `exact`. */
      mode: restoreMode.optional(),
      dryRun: z.boolean().default(false),
    }),
  )
    .output(restoreResult)
    .errors(errors(...restoreCodes)),
};
