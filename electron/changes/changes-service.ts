import type { ApplyResult, FileDiff, PendingChange } from "../../shared/contract/changes.ts";
import { failure, type ErrorCode, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import { applyChanges, rejectChanges, type Applied } from "./apply.ts";
import { commitApplied, committablePaths } from "./commit-applied.ts";
import { compare, lookNow, select, type Current } from "./current.ts";
import { diffOf, patchText } from "./diff-of.ts";
import { contentOf } from "./pending.ts";
import { revertApplied } from "./revert.ts";
import { within, type ChangesDeps } from "./ports.ts";
import { recoverSets, type Recovered } from "./write-set.ts";

export type Summary = { files: number; additions: number; deletions: number };
type Answer<T, C extends ErrorCode> = Promise<Result<T, Failure<C>>>;

const listCodes = ["SESSION_NOT_FOUND", "WORKING_COPY_MISSING", "GIT_FAILED"] as const;
const reviewCodes = ["SESSION_NOT_FOUND", "CHANGE_NOT_FOUND", "GIT_FAILED"] as const;
const rejectCodes = [...reviewCodes, "WORKING_COPY_BUSY", "PATH_REFUSED", "CHECKPOINT_FAILED"] as const;
const revertCodes = [
  ...reviewCodes,
  "CHECKOUT_IN_OPERATION",
  "CHANGES_CONFLICT",
  "PATH_REFUSED",
  "DISK_FULL",
  "CHECKPOINT_FAILED",
] as const;
const applyCodes = [...revertCodes, "PROJECT_PATH_MISSING", "WORKING_COPY_BUSY"] as const;
const commitCodes = [
  "SESSION_NOT_FOUND",
  "NOTHING_TO_COMMIT",
  "CHECKOUT_IN_OPERATION",
  "COMMIT_FAILED",
  "PROJECT_NOT_TRUSTED",
  "GIT_FAILED",
] as const;
const committableCodes = ["SESSION_NOT_FOUND", "GIT_FAILED"] as const;

export type ChangesService = ReturnType<typeof createChangesService>;

/**
 * What a session's working copy has beyond its baseline, and the ways it is reviewed and brought to the project's
 * checkout. One thing at a time is written per project; looking goes on meanwhile.
 */
export function createChangesService(deps: ChangesDeps) {
  const queue = new KeyedQueue();
  const summaries = new Map<string, Summary>();
  const announce = (sessionId: string): void => deps.announce({ type: "changes", sessionId });

  function remember(sessionId: string, changes: readonly PendingChange[]): void {
    summaries.set(sessionId, summarise(changes));
  }

  async function look(sessionId: string): Promise<Result<Current, Failure>> {
    const current = await lookNow(deps, sessionId);
    if (current.ok) remember(sessionId, current.value.changes);
    return current;
  }

  /** After something moved: the changes as they are now, and word of it. */
  async function relook(sessionId: string): Promise<Result<Current, Failure>> {
    const current = await look(sessionId);
    if (current.ok) deps.copies.setRevision(sessionId, current.value.tree);
    announce(sessionId);
    return current;
  }

  /** One writer per project: two sessions must not write to one checkout at once. */
  function alone<T>(sessionId: string, work: () => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
    const session = deps.copies.find(sessionId);
    if (!session)
      return Promise.resolve(failure("SESSION_NOT_FOUND", "There is no such session, or its working copy isn't ready"));
    return queue.run(session.projectId, work);
  }

  /** Alone, and with no run in the working copy: none begins on half of what is written. */
  function inFiles<T>(sessionId: string, work: () => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
    return alone(sessionId, async () => {
      const session = deps.copies.find(sessionId);
      const end = session ? deps.lease(session.copy) : null;
      return end ? work().finally(end) : busy();
    });
  }

  async function applied(sessionId: string, done: Result<Applied, Failure>): Promise<Result<ApplyResult, Failure>> {
    if (!done.ok) return done;
    if (done.value.moved) await relook(sessionId);
    return ok(done.value.result);
  }

  return {
    async list(sessionId: string, options: { diff: boolean }): Answer<PendingChange[], (typeof listCodes)[number]> {
      const current = await look(sessionId);
      if (!current.ok) return within(listCodes, "GIT_FAILED", current.error);
      if (!options.diff) return ok(current.value.changes);
      const withDiffs = await patchText(deps, current.value);
      return withDiffs.ok ? withDiffs : within(listCodes, "GIT_FAILED", withDiffs.error);
    },

    async diff(sessionId: string, path: string): Answer<FileDiff, (typeof reviewCodes)[number]> {
      const current = await look(sessionId);
      if (!current.ok) return within(reviewCodes, "GIT_FAILED", current.error);
      const diff = await diffOf(deps, current.value, path);
      return diff.ok ? diff : within(reviewCodes, "GIT_FAILED", diff.error);
    },

    /** Marks as seen and wanted; `undo` takes the mark off. In place there is nothing to apply: approving moves the baseline. */
    async approve(
      sessionId: string,
      options: { paths?: string[] | undefined; undo: boolean },
    ): Answer<PendingChange[], (typeof reviewCodes)[number]> {
      const done = await alone(sessionId, async () => {
        const current = await look(sessionId);
        if (!current.ok) return current;
        const { chosen, missing } = select(current.value, options.paths);
        if (missing.length > 0) return notPending(missing);
        if (current.value.session.kind === "in-place" && !options.undo) {
          const moved = await applyChanges(deps, sessionId, current.value, chosen, { dryRun: false });
          if (!moved.ok) return moved;
        } else {
          const paths = new Set(chosen.map((change) => change.path));
          if (options.undo) deps.store.withdraw(sessionId, [...paths]);
          else
            deps.store.approve(
              sessionId,
              current.value.changes.filter((change) => paths.has(change.path)),
              deps.clock.now(),
            );
        }
        return relook(sessionId);
      });
      return done.ok ? ok(done.value.changes) : within(reviewCodes, "GIT_FAILED", done.error);
    },

    /** Back to the baseline in the working copy, all or nothing, with a checkpoint before. Without paths: everything pending. */
    async reject(
      sessionId: string,
      options: { paths?: string[] | undefined },
    ): Answer<{ changes: PendingChange[]; checkpointId: string | null }, (typeof rejectCodes)[number]> {
      const done = await inFiles(sessionId, async () => {
        const current = await look(sessionId);
        if (!current.ok) return current;
        const { chosen, missing } = select(current.value, options.paths);
        if (missing.length > 0) return notPending(missing);
        const rejected = await rejectChanges(deps, sessionId, current.value, chosen);
        if (!rejected.ok) return rejected;
        const after = await relook(sessionId);
        return after.ok ? ok({ changes: after.value.changes, checkpointId: rejected.value.checkpointId }) : after;
      });
      if (done.ok) return done;
      // What was changed under our hands is being worked on, which is what busy says.
      const error: Failure = done.error.code === "CHANGES_CONFLICT" ? { ...done.error, code: "WORKING_COPY_BUSY" } : done.error;
      return within(rejectCodes, "GIT_FAILED", error);
    },

    /**
     * Writes to the project's checkout, all or nothing. Without paths: every pending change, approved or not. A path
     * that was applied already is no failure. `dryRun` says what would be written and what conflicts.
     */
    async apply(
      sessionId: string,
      options: { paths?: string[] | undefined; dryRun: boolean },
    ): Answer<ApplyResult, (typeof applyCodes)[number]> {
      const done = await alone(sessionId, async () => {
        if (deps.isBusy(sessionId)) return busy();
        const current = await look(sessionId);
        if (!current.ok) return current;
        const { chosen, missing } = select(current.value, options.paths);
        const unknown = missing.filter((path) => !wasApplied(sessionId, path));
        if (unknown.length > 0) return notPending(unknown);
        return applied(sessionId, await applyChanges(deps, sessionId, current.value, chosen, options));
      });
      return done.ok ? done : within(applyCodes, "GIT_FAILED", done.error);
    },

    async revert(
      sessionId: string,
      options: { paths?: string[] | undefined; dryRun: boolean },
    ): Answer<ApplyResult, (typeof revertCodes)[number]> {
      const done = await alone(sessionId, async () => applied(sessionId, await revertApplied(deps, sessionId, options)));
      return done.ok ? done : within(revertCodes, "GIT_FAILED", done.error);
    },

    async commit(
      sessionId: string,
      message: string,
    ): Answer<{ commit: string; branch: string | null; output: string }, (typeof commitCodes)[number]> {
      const done = await alone(sessionId, () => commitApplied(deps, sessionId, message));
      if (done.ok) announce(sessionId);
      return done.ok ? done : within(commitCodes, "GIT_FAILED", done.error);
    },

    async committable(sessionId: string): Answer<{ paths: string[]; branch: string | null }, (typeof committableCodes)[number]> {
      const found = await committablePaths(deps, sessionId);
      return found.ok
        ? ok({ paths: found.value.paths, branch: found.value.branch })
        : within(committableCodes, "GIT_FAILED", found.error);
    },

    /** Says whose the differences between two trees are: a run's agent. Later runs outdo earlier ones. */
    async recordRun(
      sessionId: string,
      run: { agentId: string; runId: string; beforeTree: string; afterTree: string },
    ): Promise<void> {
      const session = deps.copies.find(sessionId);
      if (!session) return;
      const differences = await deps.snapshots.diff(session.copy, run.beforeTree, run.afterTree, { renames: false });
      if (!differences.ok) {
        deps.log.warn("changes.attribute.failed", { runId: run.runId, code: differences.error.code });
        return;
      }
      const at = deps.clock.now();
      const { agentId, runId } = run;
      deps.store.attribute(
        sessionId,
        differences.value.map((change) => ({
          path: change.path,
          agentId,
          runId,
          content: contentOf(change.newMode, change.newOid),
          at,
        })),
      );
      const current = await compare(deps, sessionId, session, run.afterTree);
      if (current.ok) remember(sessionId, current.value.changes);
      announce(sessionId);
    },

    /** Counts as last seen. Where nothing was looked at yet, they come a moment later, with word of it. */
    summary(sessionId: string): Summary {
      const known = summaries.get(sessionId);
      if (known) return known;
      const session = deps.copies.find(sessionId);
      const none = { files: 0, additions: 0, deletions: 0 };
      if (!session) return none;
      summaries.set(sessionId, none);
      const { revisionTree } = session;
      if (revisionTree !== null && revisionTree !== session.baselineTree)
        void queue.run("summaries", () => countLater(sessionId, revisionTree));
      return none;
    },

    /** Ends what an earlier core was writing when it died. */
    recover: (): Promise<Recovered[]> => recoverSets(deps),
  };

  async function countLater(sessionId: string, tree: string): Promise<void> {
    const session = deps.copies.find(sessionId);
    const current = session ? await compare(deps, sessionId, session, tree) : null;
    if (!current?.ok || current.value.changes.length === 0) return;
    remember(sessionId, current.value.changes);
    announce(sessionId);
  }

  function wasApplied(sessionId: string, path: string): boolean {
    return deps.store.appliedSets(sessionId).some((set) => set.entries.some((entry) => entry.path === path));
  }
}

function summarise(changes: readonly PendingChange[]): Summary {
  return {
    files: changes.length,
    additions: changes.reduce((sum, change) => sum + change.additions, 0),
    deletions: changes.reduce((sum, change) => sum + change.deletions, 0),
  };
}

function notPending(paths: readonly string[]): { ok: false; error: Failure } {
  return failure("CHANGE_NOT_FOUND", `${paths[0] ?? ""} has no pending change`, { field: "paths", data: { paths } });
}

function busy(): { ok: false; error: Failure } {
  return failure("WORKING_COPY_BUSY", "An agent is at work in this working copy. Wait until its run has ended, or stop it.");
}
