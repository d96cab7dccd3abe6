import * as z from "zod";
import { isoTime } from "../run-event.ts";
import { fields } from "../fields.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";

/** What one session takes, in bytes. `worktreeBytes` is null in place, and where there is no folder. */
export const sessionStorage = z.object({
  sessionId: z.string(),
  title: z.string(),
  createdAt: isoTime,
  /** Set once it was deleted: what is left of it goes after a time. */
  removedAt: isoTime.nullable(),
  /** Why a deleted session can't be brought back, in words for a person; null where it can, or isn't deleted. */
  whyLost: z.string().nullable(),
  worktreeBytes: z.int().nullable(),
  eventsBytes: z.int(),
  outputsBytes: z.int(),
  checkpoints: z.int(),
  oldestCheckpointAt: isoTime.nullable(),
});
export type SessionStorage = z.infer<typeof sessionStorage>;

/** Snapshots of a project's sessions lie in one store, where the same content lies once. */
export const projectStorage = z.object({
  projectId: z.string(),
  name: z.string(),
  snapshotsBytes: z.int(),
  sessions: z.array(sessionStorage),
});
export type ProjectStorage = z.infer<typeof projectStorage>;

export const storageReport = z.object({
  dataDir: z.string(),
  /** Room left on the disk of the data folder; null where the system doesn't tell. */
  freeBytes: z.int().nullable(),
  databaseBytes: z.int(),
  /** What a project's snapshots may take before the oldest automatic checkpoints go. */
  maxSnapshotsBytes: z.int(),
  keptDaysAfterRemoval: z.int(),
  projects: z.array(projectStorage),
});
export type StorageReport = z.infer<typeof storageReport>;

/** What went, or would go. In a dry run `snapshotsBytes` is what is over the limit; how much comes free is seen afterwards. */
export const storageFreed = z.object({
  sessions: z.int(),
  checkpoints: z.int(),
  eventsBytes: z.int(),
  outputsBytes: z.int(),
  snapshotsBytes: z.int(),
});
export type StorageFreed = z.infer<typeof storageFreed>;

export const storage = {
  report: procedureWithoutInput("GET", "/storage", "Tell what takes room, by project and session").output(storageReport),
  /**
   * What is left of sessions deleted long ago goes, and of projects over their limit the oldest automatic checkpoints,
   * until they are under it. `dryRun` only says what.
   */
  free: procedure(
    "POST",
    "/storage/free",
    "Do at once what Hearth does every hour to give room back",
    fields({ dryRun: z.boolean().default(false) }),
  )
    .output(storageFreed)
    .errors(errors("GIT_FAILED")),
};
