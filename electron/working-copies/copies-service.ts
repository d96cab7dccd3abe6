import path from "node:path";
import type { Risk } from "../../shared/contract/sessions.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { Heads, type Head } from "../git/head.ts";
import { stillUnfiltered } from "../git/unfiltered.ts";
import { repairWorktrees } from "../git/worktree.ts";
import type { Measured } from "../baselines/look-around.ts";
import type { Clock } from "../lib/clock.ts";
import { isInside } from "../lib/inside.ts";
import type { Log } from "../lib/log.ts";
import type { ProjectFacts } from "../projects/project-records.ts";
import type { GitBase } from "../store/git-base.ts";
import type { CopyState, WorkingCopyRepository, WorkingCopyRow } from "../store/working-copies.ts";
import { copyRef, type Copy, type Failpoint, type Trees } from "./copy.ts";
import { CopyStages } from "./copy-stages.ts";
import type { MakeFailure } from "./make-worktree.ts";
import { planCopy, type CopyPlan, type PlanFailure, type WantedCopy } from "./plan.ts";
import { sweepAside } from "./remove-worktree.ts";
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
  /** The environment of the person's own git. */
  userEnv: () => Promise<Record<string, string>>;
  trees: Trees;
  /** The copy is measured against this tree now: it must be kept. */
  onBaseline: (copy: Copy, tree: string) => void;
  /** And the baseline is worked out from the trees of this. */
  onGitBase: (copy: Copy, gitBase: GitBase) => void;
  /** What the session's row shows of its working copy is new. */
  onChange: (sessionId: string) => void;
  failpoint?: Failpoint;
};

/**
 * Owns the working copies of sessions: their folders below `worktreeRoot` from the first stage of making one until its
 * guarded removal, and what the store says about them.
 */
export class CopiesService {
  readonly #deps: CopiesDeps;
  readonly #stages: CopyStages;
  /** Copies that a stage is working on, by session. */
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #heads = new Heads();
  /** What was checked out when it was looked at last, by copy. */
  readonly #lastHeads = new Map<string, Head>();

  constructor(deps: CopiesDeps) {
    this.#deps = deps;
    this.#stages = new CopyStages(deps);
  }

  find(sessionId: string): Copy | null {
    return this.#toCopy(this.#deps.rows.findOfSession(sessionId));
  }

  findById(copyId: string): Copy | null {
    return this.#toCopy(this.#deps.rows.find(copyId));
  }

  /** All working copies that aren't removed, those of removed projects left out. */
  list(): Copy[] {
    return this.#deps.rows.listLive().flatMap((row) => this.#toCopy(row) ?? []);
  }

  plan(wanted: WantedCopy): Promise<Result<CopyPlan, PlanFailure>> {
    return planCopy(this.#deps.git, this.#deps.findProject(wanted.projectId), wanted);
  }

  /** Writes down what will be made, before anything is. In the transaction that makes the session. */
  reserve(plan: CopyPlan, session: { id: string; title: string }): void {
    const { rows, clock, worktreeRoot } = this.#deps;
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
  }

  /** Makes what was reserved; where that fails, everything made is taken back. */
  prepare(sessionId: string, options: { fetch?: boolean } = {}): Promise<Result<null, MakeFailure>> {
    return this.#track(sessionId, async () => {
      const copy = this.find(sessionId);
      if (!copy) return failure("WORKTREE_FAILED", "The session has no working copy.");
      this.#deps.failpoint?.("worktree:reserve");
      const made = await this.#stages.make(copy, "add", options);
      if (!made.ok) await this.#stages.undo(copy);
      return made;
    });
  }

  /** Makes a worktree that went missing again, at its last commit; `restore` then brings the files of its latest checkpoint. */
  recreate(
    sessionId: string,
    restore: () => Promise<Result<null, Failure<"CHECKPOINT_FAILED">>>,
  ): Promise<Result<null, RecreateFailure>> {
    const copy = this.find(sessionId);
    if (!copy) return Promise.resolve(failure("WORKTREE_FAILED", "The session has no working copy."));
    const allowed = this.#mayMakeAgain(copy);
    if (!allowed.ok) return Promise.resolve(allowed);
    return this.#track(sessionId, () => this.#stages.makeAgain(copy, restore));
  }

  risks(copy: Copy): Promise<Risk[]> {
    return risksOf(this.#deps.git, this.#deps.trees, copy);
  }

  /** Whether removing takes a folder or git's entry of one away. Without the project nothing can be proved, so nothing is deleted. */
  willDelete(copy: Copy): boolean {
    return this.#stages.willDelete(copy);
  }

  remove(copy: Copy): Promise<Result<null, Failure<"WORKTREE_FAILED">>> {
    this.#lastHeads.delete(copy.id);
    return this.#stages.remove(copy);
  }

  /** A copy that could be brought back: it was ready once. */
  wasReady(sessionId: string): WorkingCopyRow["kind"] | null {
    const row = this.#deps.rows.findOfSession(sessionId);
    return row && row.baselineTree !== null ? row.kind : null;
  }

  /** A removed copy is one again: as it is found, in a folder that was left, or missing, to be made again. */
  async bringBack(sessionId: string): Promise<Copy | null> {
    const { rows, git, log } = this.#deps;
    const row = rows.findOfSession(sessionId);
    const project = row && this.#deps.findProject(row.projectId);
    if (!row || !project) return null;
    if (row.kind === "in-place") rows.setPath(row.id, project.path);
    else if (isFolder(row.path)) {
      // The project may have been moved since.
      const repaired = await this.#stages.alone(row.projectId, () => repairWorktrees(git, project.path, [row.path]));
      if (!repaired.ok) log.warn("worktree.repair-failed", { projectId: project.id, message: repaired.error.message });
    }
    rows.setState(row.id, "missing", null);
    await rows.whenSaved();
    return this.find(sessionId);
  }

  isThere(copy: Copy): boolean {
    return isFolder(copy.path);
  }

  /** Ends the copy without its folder, which is left whole where it is. */
  leave(copy: Copy): void {
    this.#stages.leave(copy);
  }

  /** Whether a folder lies where the worktrees of sessions do. */
  isOwnFolder(folder: string): boolean {
    return isInside(folder, this.#deps.worktreeRoot);
  }

  setBaseline(sessionId: string, tree: string): void {
    const copy = this.find(sessionId);
    if (!copy) return;
    const gitBase = this.#deps.rows.find(copy.id)?.gitBase ?? null;
    const anchored = gitBase && { ...gitBase, anchor: { tree: gitBase.tree, baseline: tree }, brought: { files: 0, from: null } };
    this.#deps.rows.setBaseline(copy.id, tree, anchored ?? undefined);
    this.#deps.onBaseline(copy, tree);
    if (anchored) this.#deps.onGitBase(copy, anchored);
  }

  /** What its baseline is measured by; null where it has none yet, or its files aren't there. */
  findMeasured(sessionId: string): Measured | null {
    const row = this.#deps.rows.findOfSession(sessionId);
    const copy = this.#toCopy(row);
    if (!row || copy?.state !== "ready" || row.baselineTree === null) return null;
    const { baselineTree, baseCommit, createdAt, gitBase } = row;
    return { copy: copyRef(copy), baselineTree, baseCommit, createdAt, gitBase };
  }

  /** The baseline went where git brought the files. */
  followGit(sessionId: string, gitBase: GitBase, tree: string): void {
    const row = this.#deps.rows.findOfSession(sessionId);
    const copy = this.#toCopy(row);
    if (!row || !copy) return;
    this.#deps.rows.setBaseline(copy.id, tree, gitBase);
    if (gitBase.tree !== row.gitBase?.tree) this.#deps.onGitBase(copy, gitBase);
    if (tree !== row.baselineTree) this.#deps.onBaseline(copy, tree);
    this.#deps.onChange(sessionId);
  }

  /** What was told of a worktree's filling holds no more, once filters have made all of it. */
  async noteFilled(sessionId: string): Promise<void> {
    const copy = this.find(sessionId);
    if (copy?.state !== "ready" || copy.detail === null || (await stillUnfiltered(copy.path)).length > 0) return;
    this.#deps.rows.setState(copy.id, "ready", null);
    this.#deps.onChange(sessionId);
  }

  setRevision(sessionId: string, tree: string): void {
    const row = this.#deps.rows.findOfSession(sessionId);
    if (row && row.revisionTree !== tree) this.#deps.rows.setRevision(row.id, tree);
  }

  /** The files as they are now, by one snapshot; null where they can't be looked at. */
  async revisionOf(sessionId: string): Promise<string | null> {
    const copy = this.find(sessionId);
    if (copy?.state !== "ready") return null;
    const taken = await this.#deps.trees.snapshot(copyRef(copy));
    if (!taken.ok) this.#deps.log.warn("working-copy.revision", { sessionId, code: taken.error.code });
    return taken.ok ? taken.value.tree : null;
  }

  /** Resolves once no stage works on the copy, or the signal aborts, with the state it is in then. */
  async whenReady(sessionId: string, signal: AbortSignal): Promise<CopyState> {
    const work = this.#underWay.get(sessionId);
    if (work && !signal.aborted)
      await Promise.race([
        Promise.allSettled([work]),
        new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true })),
      ]);
    return this.find(sessionId)?.state ?? "removed";
  }

  /** At start, before anything else works: ends what an earlier core began. Returns the sessions whose copies are gone. */
  async reconcile(): Promise<string[]> {
    const { rows } = this.#deps;
    const gone: string[] = [];
    for (const { copyId, step } of rows.openSteps()) {
      const sessionId = rows.find(copyId)?.sessionId;
      if (!sessionId) continue;
      const settled = await this.#track(sessionId, () => this.#stages.settle(copyId, this.findById(copyId), step));
      if (settled) gone.push(sessionId);
    }
    await sweepAside(this.#deps.worktreeRoot, this.#deps.log);
    return gone;
  }

  /** The project was moved: its worktrees and in-place copies find it again. */
  async projectMoved(projectId: string, projectPath: string): Promise<void> {
    const { rows, git, log, onChange } = this.#deps;
    const own = rows.listLive().filter((row) => row.projectId === projectId);
    for (const row of own.filter((each) => each.kind === "in-place")) rows.setPath(row.id, projectPath);
    const worktrees = own.filter((row) => row.kind === "worktree" && isFolder(row.path)).map((row) => path.resolve(row.path));
    const repaired =
      worktrees.length > 0 ? await this.#stages.alone(projectId, () => repairWorktrees(git, projectPath, worktrees)) : ok(null);
    if (!repaired.ok) log.warn("worktree.repair-failed", { projectId, message: repaired.error.message });
    for (const row of own) onChange(row.sessionId);
  }

  #mayMakeAgain({ sessionId, state, kind, path: folder, projectPath }: Copy): Result<null, RecreateFailure> {
    if (this.#underWay.has(sessionId)) return failure("WORKING_COPY_BUSY", "The working copy is being made already.");
    if (state === "ready") return failure("WORKING_COPY_PRESENT", "The working copy is there; there is nothing to make again.");
    if (kind === "worktree" && !isFolder(projectPath))
      return failure("PROJECT_PATH_MISSING", `${projectPath} isn't there. If the folder was moved, locate the project again.`);
    if (kind === "in-place")
      return failure(
        "PROJECT_PATH_MISSING",
        `${folder} is the project's own folder. Put it back, or locate the project where it is now.`,
      );
    return ok(null);
  }

  #toCopy(row: WorkingCopyRow | null): Copy | null {
    if (!row || row.state === "removed") return null;
    const project = this.#deps.findProject(row.projectId);
    const observed = this.#observe(row);
    const head = this.#headOf(observed);
    return { ...observed, ...head, projectPath: project?.path ?? row.path, folder: project?.folder ?? "" };
  }

  /** The agent and the person switch branches as they please: what counts is what is checked out. */
  #headOf(row: WorkingCopyRow): Head {
    const head = row.state === "ready" ? this.#heads.read(row.path) : null;
    if (!head) return { branch: row.branch, detachedAt: null };
    const last = this.#lastHeads.get(row.id) ?? { branch: row.branch, detachedAt: head.detachedAt };
    this.#lastHeads.set(row.id, head);
    if (head.branch !== last.branch) this.#deps.rows.setBranch(row.id, head.branch);
    if (head.branch !== last.branch || head.detachedAt !== last.detachedAt) this.#deps.onChange(row.sessionId);
    return head;
  }

  /** A folder that went or came back is noticed here, once; nothing goes on in another folder instead. */
  #observe(row: WorkingCopyRow): WorkingCopyRow {
    if (this.#underWay.has(row.sessionId) || (row.state !== "ready" && row.state !== "missing")) return row;
    const state: CopyState = isFolder(row.path) ? "ready" : "missing";
    if (state === row.state) return row;
    const detail = state === "missing" ? `${row.path} isn't there any more.` : null;
    this.#deps.rows.setState(row.id, state, detail);
    this.#deps.onChange(row.sessionId);
    return { ...row, state, detail };
  }

  /** What a stage came to is read from its rows. */
  async #untilSaved<T>(work: () => Promise<T>): Promise<T> {
    const result = await work();
    await this.#deps.rows.whenSaved();
    return result;
  }

  #track<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    const done = this.#untilSaved(work).finally(() => {
      if (this.#underWay.get(sessionId) === done) this.#underWay.delete(sessionId);
    });
    this.#underWay.set(sessionId, done);
    return done;
  }
}
