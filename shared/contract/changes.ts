import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { applyPlace, placeChoice } from "../apply-place.ts";
import { fields } from "../fields.ts";
import { notCovered } from "../not-covered.ts";
import { errors } from "./errors.ts";
import { pictureFile } from "./files.ts";
import { procedure } from "./procedure.ts";

/**
 * A difference between the session's baseline and its working copy. `agent` is null where a person made it.
 * Bytes of a path that aren't UTF-8 are lone surrogates (see path-text.ts). Modes are git's, octal.
 */
export const pendingChange = z.object({
  path: z.string(),
  oldPath: z.string().optional(),
  operation: z.enum(["create", "edit", "delete", "rename", "mode"]),
  agent: z.string().nullable(),
  runId: z.string().nullable(),
  /** All agents that touched it since the baseline, latest first. */
  agents: z.array(z.string()),
  additions: z.int(),
  deletions: z.int(),
  binary: z.boolean(),
  /** `link`: a symbolic link; `linkTarget` says where to. */
  type: z.enum(["file", "link", "submodule"]),
  linkTarget: z.string().optional(),
  oldMode: z.string().nullable(),
  newMode: z.string().nullable(),
  review: z.enum(["pending", "approved", "rejected"]),
  /** It runs later (hooks, editor tasks, agent configuration, CI …). */
  protected: z.boolean(),
  /** Identity of the content under review; an approval counts only while it stays. */
  fingerprint: z.string(),
  diff: z.string().optional(),
  /** Why snapshots don't hold it. Such an entry is only told: it can't be approved, applied or rejected, and has no diff. */
  notCovered: notCovered.shape.why.unwrap().optional(),
});
export type PendingChange = z.infer<typeof pendingChange>;

export const fileDiff = z.object({
  path: z.string(),
  oldPath: z.string().optional(),
  /** A git patch of this file; null where there is nothing to show as text. */
  patch: z.string().nullable(),
  oldText: z.string().nullable(),
  newText: z.string().nullable(),
  binary: z.boolean(),
  /** The file is larger than what is shown; the patch is cut. */
  truncated: z.boolean(),
});
export type FileDiff = z.infer<typeof fileDiff>;

/** `blocked`: it can't be written there, whatever its content is (a hostile name, something in the way, no permission …). */
export const conflict = z.object({ path: z.string(), reason: z.string(), blocked: z.literal(true).optional() });
/** All or nothing: where there are conflicts, nothing was written (a preview tells what could go without them). */
export const applyResult = z.object({
  /** Of the apply that was written, or is taken back; null where nothing was. What `revert` takes. */
  applyId: z.string().nullable(),
  applied: z.array(z.string()),
  conflicts: z.array(conflict),
  checkpointId: z.string().nullable(),
  /** Where it is written; null in place, where nothing is. */
  place: applyPlace.nullable(),
  /** The commit that was made, where that is a branch that is checked out nowhere. */
  commit: z.string().nullable(),
  /** What stays behind in the working copy. */
  notCovered: z.array(notCovered),
});
export type ApplyResult = z.infer<typeof applyResult>;

/** `kept`: what stays as it is, and why: a file that a person wrote in since an agent made it. */
export const rejectResult = z.object({
  changes: z.array(pendingChange),
  checkpointId: z.string().nullable(),
  kept: z.array(conflict),
});
export type RejectResult = z.infer<typeof rejectResult>;

const bySession = fields({ id: z.string() });
/** Left out: all. Strict, because a narrower choice that isn't understood must not become "all". */
const selection = fields({ id: z.string(), paths: z.array(z.string()).min(1).optional() });

/**
 * What was applied and isn't in the last commit there: in the place of the latest such apply. `left`: what of it a commit leaves out, since it can't be told
 * from what else became of the file.
 */
export const committableFiles = z.object({
  paths: z.array(z.string()),
  left: z.array(z.object({ path: z.string(), reason: z.string() })),
  branch: z.string().nullable(),
  /** Where the commit would be made; null where there is no such place. */
  place: applyPlace.nullable(),
});
export type CommittableFiles = z.infer<typeof committableFiles>;

/** What looking at the pending changes can fail with, choosing among them, rejecting those chosen, bringing them elsewhere. */
export const listCodes = ["SESSION_NOT_FOUND", "WORKING_COPY_MISSING", "PROJECT_PATH_MISSING", "GIT_FAILED"] as const;
export const reviewCodes = [...listCodes, "CHANGE_NOT_FOUND", "SELECTION_INCOMPLETE"] as const;
export const rejectCodes = [...reviewCodes, "WORKING_COPY_BUSY", "PATH_REFUSED", "CHECKPOINT_FAILED"] as const;
export const applyCodes = [
  ...rejectCodes,
  "CHECKOUT_IN_OPERATION",
  "NO_CHECKOUT",
  "PLACE_NOT_FOUND",
  "PROJECT_NOT_TRUSTED",
  "INPUT_INVALID",
  "COMMIT_FAILED",
  "CHANGES_CONFLICT",
  "DISK_FULL",
] as const;

export const changes = {
  list: procedure(
    "GET",
    "/sessions/{id}/changes",
    "List a session's pending changes",
    bySession.extend({
      diff: z.stringbool().or(z.boolean()).default(false),
      /** Only what is at this path, or below it. */
      path: z.string().min(1).optional(),
    }),
  )
    .output(z.array(pendingChange))
    .errors(errors(...listCodes)),
  /**
   * The session is in use for as long as this is read: its files are watched, and what becomes of them comes by
   * `system.watch` as `changes` and `session`. `live` false: they can't be watched, and are looked at when they are asked for.
   */
  watch: procedure(
    "GET",
    "/sessions/{id}/changes/watch",
    "Have a session's files watched, for as long as this is followed",
    bySession,
  ).output(eventIterator(z.object({ live: z.boolean() }))),
  diff: procedure(
    "GET",
    "/sessions/{id}/changes/diff",
    "Get one pending change with its texts and patch",
    bySession.extend({ path: z.string() }),
  )
    .output(fileDiff)
    .errors(errors(...reviewCodes)),
  /** Of a file that is no text; null where there is none at that end. */
  pictures: procedure(
    "GET",
    "/sessions/{id}/changes/pictures",
    "Get both ends of one pending change as images, with their sizes",
    bySession.extend({ path: z.string() }),
  )
    .output(z.object({ before: pictureFile.nullable(), after: pictureFile.nullable() }))
    .errors(errors(...reviewCodes)),
  approve: procedure(
    "POST",
    "/sessions/{id}/changes/approve",
    "Approve pending changes, or take the approval back",
    selection.extend({ undo: z.boolean().default(false) }),
  )
    .output(z.array(pendingChange))
    .errors(errors(...reviewCodes)),
  /** Puts files back to the baseline in the working copy; a checkpoint is taken first. */
  reject: procedure(
    "POST",
    "/sessions/{id}/changes/reject",
    "Put files of the working copy back to the baseline; a checkpoint is taken first",
    selection,
  )
    .output(rejectResult)
    .errors(errors(...rejectCodes)),
  /**
   * What is named by `paths`; without them the approved changes, or all where none is approved or `all` says so. `to` is
   * the path of one of the repository's worktrees, or a branch. A branch that is checked out is applied to in its files;
   * on one that isn't a commit is made, with `message`, which needs the project's trust and runs no hooks.
   */
  apply: procedure(
    "POST",
    "/sessions/{id}/changes/apply",
    "Bring changes into the checkout, or where `to` says: those of `paths`, else the approved, else (or with `all`) all",
    selection.extend({
      all: z.boolean().default(false),
      dryRun: z.boolean().default(false),
      to: z.string().min(1).max(4096).optional(),
      message: z.string().trim().min(1).max(20_000).optional(),
    }),
  )
    .output(applyResult)
    .errors(errors(...applyCodes)),
  places: procedure(
    "GET",
    "/sessions/{id}/places",
    "List where a session's changes can be applied: the checkout, other worktrees, branches by name, latest first",
    bySession.extend({ query: z.string().max(300).optional() }),
  )
    .output(z.object({ places: z.array(placeChoice), more: z.boolean() }))
    .errors(errors("SESSION_NOT_FOUND", "PROJECT_PATH_MISSING", "GIT_FAILED")),
  /** Takes the apply of `applyId`, else the latest, or the named files of it, out again, of the place that it went to. */
  revert: procedure(
    "POST",
    "/sessions/{id}/changes/revert",
    "Take an apply out again where it was written: the one of `applyId`, else the latest",
    selection.extend({ applyId: z.string().optional(), dryRun: z.boolean().default(false) }),
  )
    .output(applyResult)
    .errors(errors(...applyCodes)),
  /** Commits, where the latest apply was written, what was applied there and nothing else. Ends when hooks and signing have. */
  commit: procedure(
    "POST",
    "/sessions/{id}/changes/commit",
    "Commit what was applied, and nothing else, where it was applied",
    bySession.extend({ message: z.string().trim().min(1).max(20_000) }),
  )
    .output(z.object({ commit: z.string(), branch: z.string().nullable(), output: z.string() }))
    .errors(
      errors(
        "SESSION_NOT_FOUND",
        "PROJECT_PATH_MISSING",
        "NOTHING_TO_COMMIT",
        "CHECKOUT_IN_OPERATION",
        "NO_CHECKOUT",
        "COMMIT_FAILED",
        "COMMIT_IN_PROGRESS",
        "PROJECT_NOT_TRUSTED",
        "GIT_FAILED",
      ),
    ),
  /** From the beginning of what is kept of it (64 KB); ends with the commit, and at once where none goes on. */
  commitOutput: procedure(
    "GET",
    "/sessions/{id}/changes/commit/output",
    "Follow what the commit that goes on prints: git, its hooks, signing",
    bySession,
  ).output(eventIterator(z.object({ text: z.string() }))),
  stopCommit: procedure("POST", "/sessions/{id}/changes/commit/stop", "Stop the commit that goes on", bySession).output(
    z.object({ stopped: z.boolean() }),
  ),
  /** Sends the diff to the helper model of the settings, and waits while its server works on a turn. Commits nothing. */
  draftCommit: procedure(
    "POST",
    "/sessions/{id}/changes/commit/draft",
    "Have the helper model write a message for what could be committed",
    bySession,
  )
    .output(z.object({ message: z.string() }))
    .errors(
      errors(
        "SESSION_NOT_FOUND",
        "PROJECT_PATH_MISSING",
        "NO_CHECKOUT",
        "NOTHING_TO_COMMIT",
        "HELPER_MODEL_MISSING",
        "HELPER_MODEL_FAILED",
        "GIT_FAILED",
      ),
    ),
  committable: procedure("GET", "/sessions/{id}/changes/committable", "List what was applied and isn't committed yet", bySession)
    .output(committableFiles)
    .errors(errors("SESSION_NOT_FOUND", "PROJECT_PATH_MISSING", "NO_CHECKOUT", "GIT_FAILED")),
};
