import path from "node:path";
import type { Risk } from "../../shared/contract/sessions.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { listWorktrees, repairWorktrees } from "../git/worktree.ts";
import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Log } from "../lib/log.ts";
import type { CopyState, CopyStep, WorkingCopyRepository, WorkingCopyRow } from "../store/working-copies.ts";
import { copyRef, type Copy, type Failpoint, type Trees } from "./copy.ts";
import { addStage, fillStages, type MakeFailure, type Made, type Making } from "./make-worktree.ts";
import type { ProjectFacts } from "../projects/project-records.ts";
import { planCopy, type Plan, type PlanFailure, type Wanted } from "./plan.ts";
import { convertsContent } from "../git/conversion.ts";
import { removeGuarded, undoHalfMade } from "./remove-worktree.ts";
import { risksOf } from "./risks.ts";
import { isFolder, worktreePath } from "./worktree-path.ts";

/** Why a working copy isn't made again. */
export type RecreateFailure = Failure<
  "WORKTREE_FAILED" | "CHECKPOINT_FAILED" | "WORKING_COPY_PRESENT" | "WORKING_COPY_BUSY" | "PROJECT_PATH_MISSING"
>;

export type CopiesDeps = {
  rows: WorkingCopyRepository;
  git: Git;
  clock: Clock;
  log: Log;
  /** Real path of the folder for worktrees, in the data folder. */
  worktreeRoot: string;
  findProject: (id: string) => ProjectFacts | null;
  isTrusted: (projectId: string) => Promise<boolean>;
  trees: Trees;
  /** The copy is measured against this tree now: it must be kept. */
  onBaseline: (copy: Copy, tree: string) => void;
  /** What the session's row shows of its working copy is new. */
  onChange: (sessionId: string) => void;
  failpoint?: Failpoint;
};

export type CopiesService = ReturnType<typeof createCopiesService>;

/**
 * Owns the working copies of sessions: their folders below `worktreeRoot` from the first stage of making one until its
 * guarded removal, and what the store says about them. Work on one project's worktrees is done one after the other.
 */
export function createCopiesService(deps: CopiesDeps) {
  const { rows, git, clock, worktreeRoot, trees } = deps;
  const gitWork = new KeyedQueue();
  /** Copies that a stage is working on, by session. */
  const underWay = new Map<string, Promise<unknown>>();

  function setState(row: WorkingCopyRow, state: CopyState, detail: string | null): void {
    rows.setState(row.id, state, detail);
    deps.onChange(row.sessionId);
  }

  /** A folder that went or came back is noticed here, once; nothing goes on in another folder instead. */
  function observe(row: WorkingCopyRow): WorkingCopyRow {
    if (underWay.has(row.sessionId) || (row.state !== "ready" && row.state !== "missing")) return row;
    const state: CopyState = isFolder(row.path) ? "ready" : "missing";
    if (state === row.state) return row;
    const detail = state === "missing" ? `${row.path} isn't there any more.` : null;
    const now = { ...row, state, detail };
    setState(row, state, detail);
    return now;
  }

  function toCopy(row: WorkingCopyRow | null): Copy | null {
    if (!row || row.state === "removed") return null;
    const project = deps.findProject(row.projectId);
    return { ...observe(row), projectPath: project?.path ?? row.path };
  }

  const find = (sessionId: string): Copy | null => toCopy(rows.findOfSession(sessionId));

  function track<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    const done = work().finally(() => {
      if (underWay.get(sessionId) === done) underWay.delete(sessionId);
    });
    underWay.set(sessionId, done);
    return done;
  }

  async function making(copy: Copy, commit: string, step?: CopyStep): Promise<Making> {
    return {
      git,
      projectPath: copy.projectPath,
      worktreeRoot,
      target: copy.path,
      commit,
      trusted: await deps.isTrusted(copy.projectId),
      begin(stage, detail) {
        rows.beginStep(copy.id, step ?? stage, clock.now());
        rows.setState(copy.id, "preparing", detail);
        deps.onChange(copy.sessionId);
        deps.failpoint?.(`worktree:${stage}`);
      },
    };
  }

  /** The tree that pending changes are measured against at the beginning. */
  async function takeBaseline(copy: Copy, exact: boolean): Promise<Result<null, MakeFailure>> {
    const ref = copyRef(copy);
    const tree = exact ? await trees.treeOf(ref, copy.baseCommit) : await trees.snapshot(ref);
    if (!tree.ok) return failure(tree.error.code === "DISK_FULL" ? "DISK_FULL" : "WORKTREE_FAILED", tree.error.message);
    const id = typeof tree.value === "string" ? tree.value : tree.value.tree;
    rows.setBaseline(copy.id, id);
    rows.setRevision(copy.id, id);
    deps.onBaseline(copy, id);
    return ok(null);
  }

  async function finish(copy: Copy, made: Made): Promise<Result<null, MakeFailure>> {
    const exact = copy.kind === "worktree" && !made.visible && !(await convertsContent(git, copy.path));
    const baseline = await takeBaseline(copy, exact);
    if (!baseline.ok) return baseline;
    deps.failpoint?.("worktree:ready");
    rows.endSteps(copy.id, "ready", made.problem);
    deps.onChange(copy.sessionId);
    return ok(null);
  }

  async function make(copy: Copy, from: "add" | "checkout"): Promise<Result<null, MakeFailure>> {
    if (copy.kind === "in-place") return finish(copy, { visible: true, problem: null });
    if (copy.baseCommit === null) return failure("WORKTREE_FAILED", "There is no commit to make a worktree from.");
    const stages = await making(copy, copy.baseCommit);
    if (from === "add") {
      const added = await gitWork.run(copy.projectId, () => addStage(stages));
      if (!added.ok) return added;
    }
    const made = await fillStages(stages);
    return made.ok ? finish(copy, made.value) : made;
  }

  /** Takes back what was made of a working copy nobody has used; what can't be taken back is left and logged. */
  async function undo(copy: Copy): Promise<void> {
    if (copy.kind === "worktree") {
      const removal = { projectPath: copy.projectPath, worktreeRoot, target: copy.path };
      const undone = await gitWork.run(copy.projectId, () => undoHalfMade(git, removal));
      if (!undone.ok) deps.log.warn("worktree.undo-failed", { copyId: copy.id, message: undone.error.message });
    }
    rows.endSteps(copy.id, "removed", null);
  }

  async function restored(
    copy: Copy,
    restore: () => Promise<Result<null, Failure<"CHECKPOINT_FAILED">>>,
  ): Promise<Result<null, Failure<"WORKTREE_FAILED" | "CHECKPOINT_FAILED">>> {
    const listed = await listWorktrees(git, copy.projectPath);
    if (!listed.ok) return failure("WORKTREE_FAILED", `git can't list the worktrees: ${listed.error.message}`);
    const commit = listed.value.find((worktree) => worktree.path === copy.path)?.head ?? copy.baseCommit;
    if (commit === null) return failure("WORKTREE_FAILED", "There is no commit to make the worktree from again.");
    rows.beginStep(copy.id, "recreate", clock.now());
    const stages = await making(copy, commit, "recreate");
    const removal = { projectPath: copy.projectPath, worktreeRoot, target: copy.path };
    const added = await gitWork.run(copy.projectId, async () => {
      const cleared = await undoHalfMade(git, removal);
      return cleared.ok ? addStage(stages) : cleared;
    });
    const made = added.ok ? await fillStages(stages) : added;
    if (!made.ok) {
      await gitWork.run(copy.projectId, () => undoHalfMade(git, removal));
      rows.endSteps(copy.id, "missing", made.error.message);
      return failure("WORKTREE_FAILED", made.error.message);
    }
    rows.setState(copy.id, "ready", null);
    const files = await restore();
    rows.endSteps(copy.id, "ready", files.ok ? made.value.problem : files.error.message);
    return files;
  }

  /** Whether removing takes a folder or git's entry of one away. Without the project nothing can be proved, so nothing is deleted. */
  function willDelete(copy: Copy): boolean {
    return copy.kind === "worktree" && isFolder(copy.projectPath);
  }

  async function remove(copy: Copy): Promise<Result<null, Failure<"WORKTREE_FAILED">>> {
    if (willDelete(copy)) {
      rows.beginStep(copy.id, "remove", clock.now());
      deps.failpoint?.("worktree:remove");
      const removal = { projectPath: copy.projectPath, worktreeRoot, target: copy.path };
      const removed = await gitWork.run(copy.projectId, () => removeGuarded(git, removal));
      if (!removed.ok) {
        rows.endSteps(copy.id, isFolder(copy.path) ? "ready" : "missing", null);
        deps.onChange(copy.sessionId);
        return removed;
      }
      deps.failpoint?.("worktree:removed");
    }
    rows.endSteps(copy.id, "removed", null);
    return ok(null);
  }

  /** Finishes or undoes one stage that an earlier core didn't end. Returns whether the copy is gone. */
  async function settle(copyId: string, step: CopyStep): Promise<boolean> {
    const copy = toCopy(rows.find(copyId));
    if (!copy) {
      rows.endSteps(copyId, "removed", null);
      return true;
    }
    // A project on a disk that is away: what was begun waits for it.
    if (copy.kind === "worktree" && !isFolder(copy.projectPath)) return false;
    deps.log.info("worktree.settle", { copyId, step });
    if (step === "remove") return (await remove(copy)).ok;
    if (step === "recreate") {
      await gitWork.run(copy.projectId, () =>
        undoHalfMade(git, { projectPath: copy.projectPath, worktreeRoot, target: copy.path }),
      );
      rows.endSteps(copy.id, isFolder(copy.path) ? "failed" : "missing", "Making this worktree again was cut off. Try it again.");
      return false;
    }
    const finished = (step === "checkout" || step === "bring" || copy.kind === "in-place") && (await make(copy, "checkout")).ok;
    if (!finished) await undo(copy);
    return !finished;
  }

  return {
    find,
    findById: (copyId: string): Copy | null => toCopy(rows.find(copyId)),
    /** All working copies that aren't removed, those of removed projects left out. */
    list: (): Copy[] => rows.listLive().flatMap((row) => toCopy(row) ?? []),
    plan: (wanted: Wanted): Promise<Result<Plan, PlanFailure>> => planCopy(git, deps.findProject(wanted.projectId), wanted),
    /** Writes down what will be made, before anything is. In the transaction that makes the session. */
    reserve(plan: Plan, session: { id: string; title: string }): void {
      const now = clock.now();
      const id = newId("wcp", now);
      rows.add({
        id,
        sessionId: session.id,
        projectId: plan.project.id,
        kind: plan.kind,
        path: plan.kind === "in-place" ? plan.project.path : worktreePath(worktreeRoot, plan.project, session),
        branch: plan.branch,
        baseCommit: plan.baseCommit,
        baseRef: plan.baseRef,
        state: "preparing",
        detail: "Getting ready",
        createdAt: now,
      });
      rows.beginStep(id, "reserve", now);
    },
    /** Makes what was reserved; where that fails, everything made is taken back. */
    prepare(sessionId: string): Promise<Result<null, MakeFailure>> {
      return track(sessionId, async () => {
        const copy = find(sessionId);
        if (!copy) return failure("WORKTREE_FAILED", "The session has no working copy.");
        deps.failpoint?.("worktree:reserve");
        const made = await make(copy, "add");
        if (!made.ok) await undo(copy);
        return made;
      });
    },
    /** Makes a worktree that went missing again, at its last commit; `restore` then brings the files of its latest checkpoint. */
    recreate(
      sessionId: string,
      restore: () => Promise<Result<null, Failure<"CHECKPOINT_FAILED">>>,
    ): Promise<Result<null, RecreateFailure>> {
      const copy = find(sessionId);
      if (!copy) return Promise.resolve(failure("WORKTREE_FAILED", "The session has no working copy."));
      if (underWay.has(sessionId))
        return Promise.resolve(failure("WORKING_COPY_BUSY", "The working copy is being made already."));
      if (copy.state === "ready")
        return Promise.resolve(failure("WORKING_COPY_PRESENT", "The working copy is there; there is nothing to make again."));
      if (copy.kind === "worktree" && !isFolder(copy.projectPath))
        return Promise.resolve(
          failure("PROJECT_PATH_MISSING", `${copy.projectPath} isn't there. If the folder was moved, locate the project again.`),
        );
      if (copy.kind === "in-place")
        return Promise.resolve(
          failure(
            "PROJECT_PATH_MISSING",
            `${copy.path} is the project's own folder. Put it back, or locate the project where it is now.`,
          ),
        );
      return track(sessionId, () => restored(copy, restore));
    },
    risks: (copy: Copy): Promise<Risk[]> => risksOf(git, trees, copy),
    willDelete,
    remove,
    setBaseline(sessionId: string, tree: string): void {
      const copy = find(sessionId);
      if (!copy) return;
      rows.setBaseline(copy.id, tree);
      deps.onBaseline(copy, tree);
    },
    setRevision: (sessionId: string, tree: string): void =>
      withRow(sessionId, (row) => row.revisionTree !== tree && rows.setRevision(row.id, tree)),
    /** Resolves once no stage works on the copy, or the signal aborts, with the state it is in then. */
    async whenReady(sessionId: string, signal: AbortSignal): Promise<CopyState> {
      const work = underWay.get(sessionId);
      if (work && !signal.aborted)
        await Promise.race([
          Promise.allSettled([work]),
          new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true })),
        ]);
      return find(sessionId)?.state ?? "removed";
    },
    /** At start, before anything else works: ends what an earlier core began. Returns the sessions whose copies are gone. */
    async reconcile(): Promise<string[]> {
      const gone: string[] = [];
      for (const { copyId, step } of rows.openSteps()) {
        const sessionId = rows.find(copyId)?.sessionId;
        if (sessionId && (await track(sessionId, () => settle(copyId, step)))) gone.push(sessionId);
      }
      return gone;
    },
    /** The project was moved: its worktrees and in-place copies find it again. */
    async projectMoved(projectId: string, projectPath: string): Promise<void> {
      const own = rows.listLive().filter((row) => row.projectId === projectId);
      for (const row of own.filter((each) => each.kind === "in-place")) rows.setPath(row.id, projectPath);
      const worktrees = own.filter((row) => row.kind === "worktree" && isFolder(row.path)).map((row) => path.resolve(row.path));
      const repaired =
        worktrees.length > 0 ? await gitWork.run(projectId, () => repairWorktrees(git, projectPath, worktrees)) : ok(null);
      if (!repaired.ok) deps.log.warn("worktree.repair-failed", { projectId, message: repaired.error.message });
      for (const row of own) deps.onChange(row.sessionId);
    },
  };

  function withRow(sessionId: string, work: (row: WorkingCopyRow) => unknown): void {
    const row = rows.findOfSession(sessionId);
    if (row) work(row);
  }
}
