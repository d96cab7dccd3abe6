import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { fields } from "../fields.ts";
import { mostTags } from "../session-tags.ts";
import { isoTime, runEvent } from "../run-event.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";

/** What git brought in that isn't the session's: how many files, and from where, if that has a name. */
export const broughtIn = z.object({ files: z.int(), from: z.string().nullable() });
export type BroughtIn = z.infer<typeof broughtIn>;

export const workingCopy = z.object({
  id: z.string(),
  kind: z.enum(["worktree", "in-place"]),
  path: z.string(),
  /** What is checked out now; null where that is no branch. */
  branch: z.string().nullable(),
  /** The commit that is checked out while no branch is. */
  detachedAt: z.string().nullable(),
  /** The commit the session began at; null in a plain folder or a repository without commits. */
  baseCommit: z.string().nullable(),
  baseRef: z.string().nullable(),
  /** The files as they are when one session is asked for; in lists and updates as of the last look at them. Null: not known. */
  revisionId: z.string().nullable(),
  /** By merge, pull, rebase or switch, since the session began or its changes were last applied; null where nothing was. */
  broughtIn: broughtIn.nullable(),
  state: z.enum(["preparing", "ready", "missing", "failed", "removed"]),
  /** While preparing: what is being done. When failed: why. */
  detail: z.string().nullable(),
});
export type WorkingCopy = z.infer<typeof workingCopy>;

export const policy = z.enum(["ask", "accept-edits", "plan", "full"]);
export type Policy = z.infer<typeof policy>;

/** How much is pending: files, and lines of them. One value for all who show it: that of the last look at the files. */
export const changeCount = z.object({ files: z.int(), additions: z.int(), deletions: z.int() });
export type ChangeCount = z.infer<typeof changeCount>;

export const session = z.object({
  id: z.string(),
  projectId: z.string(),
  title: z.string(),
  status: z.enum(["open", "archived"]),
  workingCopy,
  policy,
  /** Agents that never ask and that the person lets work here all the same: under *plan*, and in place. */
  unaskedAgents: z.array(z.string()),
  /** What the session is doing, from the states of its runs and of the agents on its terminals. */
  activity: z.enum(["idle", "working", "waiting", "failed"]),
  changes: changeCount,
  unread: z.boolean(),
  /** By the person, or by the helper model behind the first turn. */
  tags: z.array(z.string()),
  /** Agents whose own program runs on a terminal here, and those that took a turn, latest first. */
  agentIds: z.array(z.string()),
  createdAt: isoTime,
  updatedAt: isoTime,
});
export type Session = z.infer<typeof session>;

/** What deleting would lose. `unverified`: it couldn't be looked at, which counts as at risk. */
export const risk = z.object({
  kind: z.enum(["uncommitted", "untracked", "unmerged-commits", "not-covered", "ignored", "unverified"]),
  paths: z.array(z.string()),
  message: z.string(),
});
export type Risk = z.infer<typeof risk>;

/** A deleted session that can be brought back, until `keptUntil`. */
export const removedSession = z.object({
  id: z.string(),
  projectId: z.string(),
  title: z.string(),
  kind: z.enum(["worktree", "in-place"]),
  removedAt: isoTime,
  keptUntil: isoTime,
});
export type RemovedSession = z.infer<typeof removedSession>;

/** A folder that stays where it is after its session, and why. */
export const leftFolder = z.object({ path: z.string(), reason: z.string() });
export type LeftFolder = z.infer<typeof leftFolder>;

const byId = fields({ id: z.string() });
const readErrors = ["SESSION_NOT_FOUND"] as const;
/** What making a session's worktree again can fail with. */
const remakeErrors = errors(
  ...readErrors,
  "WORKING_COPY_PRESENT",
  "WORKING_COPY_BUSY",
  "PROJECT_PATH_MISSING",
  "WORKTREE_FAILED",
  "CHECKPOINT_FAILED",
);

const createSession = fields({
  projectId: z.string(),
  workingCopy: z.enum(["worktree", "in-place"]).default("worktree"),
  base: z.string().min(1).optional(),
  fetch: z.boolean().optional(), // What a partial clone doesn't have of the base; else that is a failure.
  title: z.string().trim().max(200).optional(),
}).refine((input) => input.workingCopy === "worktree" || input.base === undefined, {
  path: ["base"],
  error: "A session in place begins where the project's folder is; leave the base out, or choose a worktree.",
});
const createErrors = errors(
  "INPUT_INVALID",
  "PROJECT_NOT_FOUND",
  "PROJECT_PATH_MISSING",
  "PROJECT_NOT_TRUSTED",
  "BASE_NOT_FOUND",
  "OBJECTS_NOT_FETCHED",
  "WORKTREE_FAILED",
  "DISK_FULL",
);

export const sessions = {
  create: procedure("POST", "/projects/{projectId}/sessions", "Open a session with a working copy of its own", createSession)
    .output(session)
    .errors(createErrors),
  /**
   * Its agents have processes of their own. When you go, what goes on in it is stopped and it is deleted, unless it holds
   * work that would be lost: then it stays.
   */
  oneShot: procedure("POST", "/projects/{projectId}/one-shots", "Open a session that lasts as long as you read on", createSession)
    .output(eventIterator(z.object({ session })))
    .errors(createErrors),
  list: procedure(
    "GET",
    "/projects/{projectId}/sessions",
    "List a project's sessions",
    fields({
      projectId: z.string(),
      status: z.enum(["open", "archived", "all"]).default("open"),
      query: z.string().optional(),
    }),
  )
    .output(z.array(session))
    .errors(errors("PROJECT_NOT_FOUND")),
  get: procedure("GET", "/sessions/{id}", "Get a session", byId)
    .output(session)
    .errors(errors(...readErrors)),
  stream: procedure(
    "GET",
    "/sessions/{id}/stream",
    "Follow the events of all runs of a session, numbered by their cursors, until you go",
    byId.extend({ after: z.coerce.number().int().min(0).optional() }),
  )
    .output(eventIterator(runEvent))
    .errors(errors(...readErrors)),
  update: procedure(
    "PATCH",
    "/sessions/{id}",
    "Change a session's title, tags, status, policy, unread mark, or the agents that may work there unasked",
    byId.extend({
      title: z.string().trim().min(1).max(200).optional(),
      status: z.enum(["open", "archived"]).optional(),
      policy: policy.optional(),
      unaskedAgents: z.array(z.string().max(40)).max(100).optional(),
      unread: z.boolean().optional(),
      /** Letters, digits and `-`; capitals don't matter. */
      tags: z
        .array(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}-]*$/u, "A tag has letters, digits and - only"))
        .max(mostTags)
        .optional(),
    }),
  )
    .output(session)
    .errors(errors(...readErrors, "WORKING_COPY_BUSY")),
  remove: procedure(
    "DELETE",
    "/sessions/{id}",
    "Delete a session with its working copy; a checkpoint is kept",
    byId.extend({ force: z.stringbool().or(z.boolean()).default(false) }),
  )
    .output(z.object({ removed: z.literal(true), checkpointId: z.string().nullable(), left: leftFolder.nullable() }))
    .errors(errors(...readErrors, "WORK_AT_RISK", "WORKING_COPY_BUSY", "WORKTREE_FAILED", "CHECKPOINT_FAILED")),
  listRemoved: procedure(
    "GET",
    "/projects/{projectId}/sessions/removed",
    "List a project's deleted sessions that can be brought back",
    fields({ projectId: z.string() }),
  )
    .output(z.array(removedSession))
    .errors(errors("PROJECT_NOT_FOUND")),
  /** The session is there again as it was deleted: its chats, its checkpoints, and its files byte for byte. */
  bringBack: procedure("POST", "/sessions/{id}/bring-back", "Bring a deleted session back, with its files", byId)
    .output(session)
    .errors(remakeErrors),
  /** Makes a missing worktree again from its latest checkpoint. */
  recreate: procedure("POST", "/sessions/{id}/recreate", "Make a missing working copy again from its latest checkpoint", byId)
    .output(session)
    .errors(remakeErrors),
};
