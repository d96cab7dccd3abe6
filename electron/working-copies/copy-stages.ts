import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { convertsContent } from "../git/conversion.ts";
import { resolveCommit } from "../git/repository.ts";
import { listWorktrees } from "../git/worktree.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { CopyStep } from "../store/working-copies.ts";
import type { CopiesDeps } from "./copies-service.ts";
import { copyRef, type Copy } from "./copy.ts";
import { addStage, fillStages, type MakeFailure, type Made, type Making } from "./make-worktree.ts";
import { removeGuarded, undoHalfMade, type Removal } from "./remove-worktree.ts";
import { isFolder } from "./worktree-path.ts";

/**
 * Makes, makes again and removes the folders of working copies, stage by stage: each is written down before it begins,
 * so that a next start can end or undo it. Work on one project's worktrees is done one after the other.
 */
export class CopyStages {
  readonly #deps: CopiesDeps;
  readonly #queue = new KeyedQueue();

  constructor(deps: CopiesDeps) {
    this.#deps = deps;
  }

  alone<T>(projectId: string, work: () => Promise<T>): Promise<T> {
    return this.#queue.run(projectId, work);
  }

  async make(
    copy: Copy,
    from: "add" | "checkout",
    { fetch = false }: { fetch?: boolean } = {},
  ): Promise<Result<null, MakeFailure>> {
    if (copy.kind === "in-place") return this.#finish(copy, { visible: true, problem: null });
    if (copy.baseCommit === null) return failure("WORKTREE_FAILED", "There is no commit to make a worktree from.");
    const stages = { ...(await this.#making(copy, copy.baseCommit)), fetch };
    if (from === "add") {
      const added = await this.alone(copy.projectId, () => addStage(stages));
      if (!added.ok) return added;
    }
    const made = await fillStages(stages);
    return made.ok ? this.#finish(copy, made.value) : made;
  }

  /** Takes back what was made of a working copy nobody has used; what can't be taken back is left and logged. */
  async undo(copy: Copy): Promise<void> {
    const { git, rows, log } = this.#deps;
    if (copy.kind === "worktree") {
      const undone = await this.alone(copy.projectId, () => undoHalfMade(git, this.#removalOf(copy), this.#deps.log));
      if (!undone.ok) log.warn("worktree.undo-failed", { copyId: copy.id, message: undone.error.message });
    }
    rows.endSteps(copy.id, "removed", null);
  }

  async makeAgain(
    copy: Copy,
    restore: () => Promise<Result<null, Failure<"CHECKPOINT_FAILED">>>,
  ): Promise<Result<null, Failure<"WORKTREE_FAILED" | "CHECKPOINT_FAILED">>> {
    const { git, rows, clock } = this.#deps;
    const listed = await listWorktrees(git, copy.projectPath);
    if (!listed.ok) return failure("WORKTREE_FAILED", `git can't list the worktrees: ${listed.error.message}`);
    const registered = listed.value.find((worktree) => worktree.path === copy.path)?.head;
    const commit = registered ?? (await this.#lastCommit(copy)) ?? copy.baseCommit;
    if (commit === null) return failure("WORKTREE_FAILED", "There is no commit to make the worktree from again.");
    rows.beginStep(copy.id, "recreate", clock.now());
    const stages = await this.#making(copy, commit, "recreate");
    const removal = this.#removalOf(copy);
    const added = await this.alone(copy.projectId, async () => {
      const cleared = await undoHalfMade(git, removal, this.#deps.log);
      return cleared.ok ? addStage(stages) : cleared;
    });
    const made = added.ok ? await fillStages(stages) : added;
    if (!made.ok) {
      await this.alone(copy.projectId, () => undoHalfMade(git, removal, this.#deps.log));
      rows.endSteps(copy.id, "missing", made.error.message);
      return failure("WORKTREE_FAILED", made.error.message);
    }
    rows.setState(copy.id, "ready", null);
    const files = await restore();
    rows.endSteps(copy.id, "ready", files.ok ? made.value.problem : files.error.message);
    return files;
  }

  /** Where a removed worktree stood, as long as the project's git has that commit. */
  async #lastCommit(copy: Copy): Promise<string | null> {
    const { git, rows } = this.#deps;
    const head = rows.find(copy.id)?.headCommit ?? null;
    const found = head === null ? ok(null) : await resolveCommit(git, copy.projectPath, head);
    return found.ok ? found.value : null;
  }

  willDelete(copy: Copy): boolean {
    return copy.kind === "worktree" && isFolder(copy.projectPath);
  }

  async remove(copy: Copy): Promise<Result<null, Failure<"WORKTREE_FAILED">>> {
    const { git, rows, clock, failpoint, onChange } = this.#deps;
    if (this.willDelete(copy)) {
      rows.beginStep(copy.id, "remove", clock.now());
      const listed = await listWorktrees(git, copy.projectPath);
      const head = listed.ok ? listed.value.find((worktree) => worktree.path === copy.path)?.head : null;
      if (head) rows.setHeadCommit(copy.id, head);
      failpoint?.("worktree:remove");
      const removed = await this.alone(copy.projectId, () => removeGuarded(git, this.#removalOf(copy), this.#deps.log));
      if (!removed.ok) {
        rows.endSteps(copy.id, isFolder(copy.path) ? "ready" : "missing", null);
        onChange(copy.sessionId);
        return removed;
      }
      failpoint?.("worktree:removed");
    }
    rows.endSteps(copy.id, "removed", null);
    return ok(null);
  }

  /** Ends a working copy and leaves its folder as it is. */
  leave(copy: Copy): void {
    this.#deps.rows.endSteps(copy.id, "removed", null);
  }

  /** Finishes or undoes one stage that an earlier core didn't end. Returns whether the copy is gone. */
  async settle(copyId: string, copy: Copy | null, step: CopyStep): Promise<boolean> {
    const { git, rows, log } = this.#deps;
    if (!copy) {
      rows.endSteps(copyId, "removed", null);
      return true;
    }
    // A project on a disk that is away: what was begun waits for it.
    if (copy.kind === "worktree" && !isFolder(copy.projectPath)) return false;
    log.info("worktree.settle", { copyId, step });
    if (step === "remove") return (await this.remove(copy)).ok;
    if (step === "recreate") {
      await this.alone(copy.projectId, () => undoHalfMade(git, this.#removalOf(copy), this.#deps.log));
      rows.endSteps(copy.id, isFolder(copy.path) ? "failed" : "missing", "Making this worktree again was cut off. Try it again.");
      return false;
    }
    const canFinish = step === "checkout" || step === "bring" || copy.kind === "in-place";
    const finished = canFinish && (await this.make(copy, "checkout")).ok;
    if (!finished) await this.undo(copy);
    return !finished;
  }

  #removalOf(copy: Copy): Removal {
    return { projectPath: copy.projectPath, worktreeRoot: this.#deps.worktreeRoot, target: copy.path };
  }

  async #making(copy: Copy, commit: string, step?: CopyStep): Promise<Making> {
    const { git, rows, clock, worktreeRoot, isTrusted, userEnv, onChange, failpoint } = this.#deps;
    return {
      git,
      projectPath: copy.projectPath,
      worktreeRoot,
      target: copy.path,
      commit,
      trusted: await isTrusted(copy.projectId),
      userEnv,
      fetch: false,
      begin(stage, detail) {
        rows.beginStep(copy.id, step ?? stage, clock.now());
        rows.setState(copy.id, "preparing", detail);
        onChange(copy.sessionId);
        failpoint?.(`worktree:${stage}`);
      },
    };
  }

  async #finish(copy: Copy, made: Made): Promise<Result<null, MakeFailure>> {
    const { git, rows, failpoint, onChange } = this.#deps;
    const exact = copy.kind === "worktree" && !made.visible && !(await convertsContent(git, copy.path));
    const baseline = await this.#takeBaseline(copy, exact);
    if (!baseline.ok) return baseline;
    failpoint?.("worktree:ready");
    rows.endSteps(copy.id, "ready", made.problem);
    onChange(copy.sessionId);
    return ok(null);
  }

  /** The tree that pending changes are measured against at the beginning. */
  async #takeBaseline(copy: Copy, exact: boolean): Promise<Result<null, MakeFailure>> {
    const { rows, trees, onBaseline } = this.#deps;
    const ref = copyRef(copy);
    const tree = exact ? await trees.treeOf(ref, copy.baseCommit) : await trees.snapshot(ref);
    if (!tree.ok) return failure(tree.error.code === "DISK_FULL" ? "DISK_FULL" : "WORKTREE_FAILED", tree.error.message);
    const id = typeof tree.value === "string" ? tree.value : tree.value.tree;
    rows.setBaseline(copy.id, id);
    rows.setRevision(copy.id, id);
    onBaseline(copy, id);
    return ok(null);
  }
}
