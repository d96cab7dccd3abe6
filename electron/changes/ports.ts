import type { AppUpdate } from "../../shared/contract/system.ts";
import type { ErrorCode, Failure } from "../../shared/errors.ts";
import { failure } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";
import type { FileSetJob, FileSetOutcome, FileSets } from "../file-sets/file-sets.ts";
import type { Version } from "../file-sets/three-way.ts";
import type { Git } from "../git/git.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { ChangeCounts } from "./change-counts.ts";
import type { RunEdit } from "../snapshots/edits-since.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { CheckpointPlace } from "../store/checkpoints.ts";
import type { ChangesRepository } from "../store/changes.ts";

// What pending changes need of the rest of the core. The composition root passes it.

export type SessionCopy = {
  /** The session's working copy, and where its changes go: the project's own checkout (the same folder in place). */
  copy: CopyRef;
  checkout: CopyRef;
  kind: "worktree" | "in-place";
  baselineTree: string;
  revisionTree: string | null;
  projectId: string;
};

export type RunAtWork = { agentId: string; runId: string; beforeTree: string };

export type ChangesDeps = {
  store: ChangesRepository;
  snapshots: SnapshotStore;
  fileSets: FileSets;
  git: Git;
  copies: {
    /** Null where the session or its working copy isn't known, or isn't made yet. */
    find(sessionId: string): SessionCopy | null;
    setRevision(sessionId: string, tree: string): void;
    /** The same, unless a run is at work there: what it began with is still to be kept. */
    noteRevision(sessionId: string, tree: string): void;
  };
  counts: Pick<ChangeCounts, "note">;
  checkpoints: {
    /** `tree` is what was just looked at there. */
    take(
      sessionId: string,
      kind: "before-apply" | "before-reject",
      options: { of: CheckpointPlace; tree: string; label?: string },
    ): Promise<Result<{ id: string }, Failure>>;
    /** The trees before and after these runs of the session, latest first. */
    runEdits(sessionId: string, runIds: ReadonlySet<string>): RunEdit[];
    /** The baseline as it was when the run began; null where that isn't known. */
    baselineBefore(sessionId: string, runId: string): string | null;
  };
  /** The run that is at work in the session's files, with the tree that it began with; null where none is, or none is known. */
  atWork(sessionId: string): RunAtWork | null;
  /** Takes the baseline to where git has brought the working copy (see baselines/). */
  follow(sessionId: string): Promise<Result<{ moved: boolean }, Failure>>;
  /** Moves the baseline by a step worked out before, over whatever git has brought in since. */
  advance(sessionId: string, step: { from: string; to: string }): Promise<Result<null, Failure>>;
  trusted(projectId: string): Promise<boolean>;
  /** Whether a folder (a real path) is the worktree of one of Hearth's sessions. */
  isSessionFolder(folder: string): boolean;
  clock: Clock;
  log: Log;
  /** What the person's login shell has, for the programs that hooks call. */
  userEnv(): Promise<Record<string, string>>;
  announce(update: AppUpdate): void;
  /** Files were rejected. `left` tells the paths whose changes of that time and later stay: pending, or applied. */
  onRejected: (sessionId: string, left: (since: number) => Promise<ReadonlySet<string>>) => Promise<void>;
  /** Called at labelled steps, so that tests can end the process there. */
  failpoint?: (label: string) => void;
};

/** What is written to a place, and the commit it became on a branch. */
export type GroundJob = Omit<FileSetJob, "root" | "source">;
export type GroundOutcome = FileSetOutcome & { commit: string | null };

/** A place as those who change it see it: how it is now, and one change of it, whole or not at all. */
export type Ground = {
  /** To be looked at soon: where its state doesn't depend on which paths are asked for, looking begins now. */
  begin(): void;
  /** Its state as a tree, as far as these paths go, whose files are `expected` to be so. */
  look(expected: ReadonlyMap<string, Version>): Promise<Result<{ tree: string }, Failure>>;
  carryOut(job: GroundJob): Promise<Result<GroundOutcome, Failure>>;
};

/** A verb's result, with the codes that its caller declares. */
export type VerbResult<T, C extends ErrorCode> = Promise<Result<T, Failure<C>>>;

/** A failure as one of those the caller declares; any other becomes `fallback` with its message kept. */
export function within<C extends ErrorCode>(codes: readonly C[], fallback: C, error: Failure): { ok: false; error: Failure<C> } {
  const code = codes.find((allowed) => allowed === error.code) ?? fallback;
  return failure(code, error.message, {
    ...(error.field ? { field: error.field } : {}),
    ...(error.data ? { data: error.data } : {}),
  });
}
