import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Prepared } from "../file-sets/file-sets.ts";
import type { FileSetPlan } from "../file-sets/plan.ts";
import type { Version } from "../file-sets/three-way.ts";
import { branchTip } from "../git/branches.ts";
import { branchesUnderWay } from "../git/branches-under-way.ts";
import { CommitIndex } from "../git/commit-index.ts";
import { commitOnto, moveBranch } from "../git/commit-tree.ts";
import type { GitFailure } from "../git/git.ts";
import { listWorktrees } from "../git/worktree.ts";
import type { FileSetRow } from "../store/changes.ts";
import { fillIndex } from "./fill-index.ts";
import { planOnBranch } from "./plan-on-branch.ts";
import type { ChangesDeps, Ground, GroundJob, GroundOutcome, SessionCopy } from "./ports.ts";
import { editsTo } from "./targets.ts";
import { committedVersions } from "./to-commit.ts";

type Facts = { session: SessionCopy; branch: string; message: () => Promise<Result<string, Failure>> };

/**
 * A branch that is checked out nowhere. A change of it is one commit on top, made in the object store: no file is
 * touched and no hook runs. Contents are compared as a checkout would have them.
 */
export class BranchGround implements Ground {
  readonly #deps: ChangesDeps;
  readonly #facts: Facts;
  #tip = "";
  #tree = "";

  constructor(deps: ChangesDeps, facts: Facts) {
    this.#deps = deps;
    this.#facts = facts;
  }

  begin(): void {}

  async look(expected: ReadonlyMap<string, Version>): Promise<Result<{ tree: string }, Failure>> {
    const { session, branch } = this.#facts;
    const { git, snapshots } = this.#deps;
    // What git converts content with, and signs with, are the repository's and the person's programs.
    if (!(await this.#deps.trusted(session.projectId)))
      return failure(
        "PROJECT_NOT_TRUSTED",
        "A commit on a branch runs what the project's settings name. Trust the project first.",
      );
    const tip = await branchTip(git, session.copy.path, branch);
    if (!tip.ok) return failed(tip.error);
    if (tip.value === null) return failure("PLACE_NOT_FOUND", `The branch ${branch} isn't there any more.`, { field: "to" });
    const last = { commit: tip.value, mayConvert: true };
    const versions = await committedVersions(this.#deps, session.copy, last, expected);
    if (!versions.ok) return versions;
    const committed = await snapshots.treeOf(session.copy, tip.value);
    if (!committed.ok) return committed;
    const converted = editsTo([...versions.value].map(([path, to]) => ({ path, to })));
    const tree = await snapshots.editTree(session.copy, committed.value, converted);
    if (!tree.ok) return tree;
    this.#tip = tip.value;
    this.#tree = tree.value;
    return ok({ tree: tree.value });
  }

  carryOut(job: GroundJob): Promise<Result<GroundOutcome, Failure>> {
    return this.#deps.fileSets.exclusively([this.#facts.session.copy], () => this.#carryOutAlone(job));
  }

  async #carryOutAlone(job: GroundJob): Promise<Result<GroundOutcome, Failure>> {
    const wanted = await job.want();
    if (!wanted.ok) return wanted;
    const planned = await planOnBranch(this.#deps, {
      copy: this.#facts.session.copy,
      tree: this.#tree,
      targets: wanted.value.targets,
    });
    if (!planned.ok) return planned;
    const plan = { ...planned.value, conflicts: [...(wanted.value.conflicts ?? []), ...planned.value.conflicts] };
    const untouched = { id: null, plan, written: null, checkpointId: null, commit: null };
    if (job.dryRun || plan.conflicts.length > 0) return ok(untouched);
    const facts = await job.prepare(plan);
    if (!facts.ok) return facts;
    if (!facts.value) return ok(untouched);
    const made = await this.#commit(plan);
    return made.ok ? this.#move(job, facts.value, plan, made.value) : made;
  }

  /** The commit, which no branch has yet; the tip itself where nothing differs. */
  async #commit({ entries }: FileSetPlan): Promise<Result<string, Failure>> {
    const { session } = this.#facts;
    if (entries.length === 0) return ok(this.#tip);
    const message = await this.#facts.message();
    if (!message.ok) return message;
    const env = await this.#deps.userEnv();
    const index = await CommitIndex.open(this.#deps.git, session.copy.path, { commit: this.#tip, env });
    if (!index.ok) return failed(index.error);
    try {
      const files = entries.map(({ path, after }) => ({ path, version: after }));
      const filled = await fillIndex(this.#deps, session.copy, index.value, files);
      if (!filled.ok) return filled;
      const made = await commitOnto(index.value, this.#tip, message.value);
      return made.ok
        ? ok(made.value ?? this.#tip)
        : failure("COMMIT_FAILED", "Nothing was committed. git or the signing program refused.", {
            data: { output: made.error.stderr.trim() || made.error.message },
          });
    } finally {
      await index.value.dispose();
    }
  }

  async #move(
    job: GroundJob,
    { baselineBefore, baselineAfter, subjectId }: Prepared,
    plan: FileSetPlan,
    commit: string,
  ): Promise<Result<GroundOutcome, Failure>> {
    const { store, fileSets, clock, failpoint } = this.#deps;
    const { session, branch } = this.#facts;
    const row: FileSetRow = {
      baselineBefore,
      baselineAfter,
      subjectId,
      id: newId("app", clock.now()),
      sessionId: job.sessionId,
      kind: job.kind,
      state: "writing",
      entries: plan.entries,
      createdAt: clock.now(),
      committed: true,
      place: { kind: "branch", branch, commit },
    };
    const held = await fileSets.hold(row, session.copy);
    if (!held.ok) return held;
    await store.addSet(row);
    failpoint?.(`${job.kind}:branch`);
    const moved = await this.#moveFree(commit, job.kind);
    if (!moved.ok) {
      await fileSets.release(row, session.copy, "undone");
      return moved;
    }
    const done = await job.owner.done(row, session.copy);
    if (!done.ok) return done;
    const written = { changed: plan.entries.map(({ path }) => path), conflicts: [] };
    return ok({ id: row.id, plan, written, checkpointId: null, commit: commit === this.#tip ? null : commit });
  }

  /**
   * Under a checkout the branch must not move: its files would look like the commit's opposite. Nor under a rebase, which
   * would fail at its end.
   */
  async #moveFree(commit: string, kind: string): Promise<Result<null, Failure>> {
    const { git } = this.#deps;
    const { session, branch } = this.#facts;
    if (commit === this.#tip) return ok(null);
    const listed = await listWorktrees(git, session.copy.path);
    if (!listed.ok) return failed(listed.error);
    const isHeld = listed.value.some((worktree) => worktree.branch === branch) || branchesUnderWay(session.copy.path).has(branch);
    const why = `hearth: ${kind}`;
    const moved = isHeld ? ok(false) : await moveBranch(git, session.copy.path, branch, { from: this.#tip, to: commit, why });
    if (!moved.ok) return failed(moved.error);
    if (moved.value) return ok(null);
    return failure(
      "CHANGES_CONFLICT",
      `${branch} was moved, checked out or rebased meanwhile. Nothing was applied; look again.`,
      {
        data: { conflicts: [] },
      },
    );
  }
}

function failed(error: GitFailure): { ok: false; error: Failure<"GIT_FAILED"> } {
  return failure("GIT_FAILED", error.message);
}
