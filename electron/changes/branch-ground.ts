import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import { maxFileBytes } from "../file-sets/content.ts";
import type { Prepared } from "../file-sets/file-sets.ts";
import { cannotBeWritten } from "../file-sets/obstacles.ts";
import { mergeVersions } from "../file-sets/merge.ts";
import { type FileSetPlan, type Target } from "../file-sets/plan.ts";
import { sameVersion, type Version } from "../file-sets/three-way.ts";
import { parentsOf, refusedPaths, type Refused } from "../file-sets/vet.ts";
import { branchTip } from "../git/branches.ts";
import { CommitIndex } from "../git/commit-index.ts";
import { commitOnto, moveBranch } from "../git/commit-tree.ts";
import type { GitFailure } from "../git/git.ts";
import { listWorktrees } from "../git/worktree.ts";
import type { JournalSide } from "../store/journal-entry.ts";
import type { FileSetRow } from "../store/changes.ts";
import { wordsOf } from "./conflict-words.ts";
import { fillIndex } from "./fill-index.ts";
import type { ChangesDeps, Ground, GroundJob, GroundOutcome, SessionCopy } from "./ports.ts";
import { editsTo, versionsAt } from "./targets.ts";
import { committedVersions } from "./to-commit.ts";

type Facts = { session: SessionCopy; branch: string; message: () => Promise<Result<string, Failure>> };

const words = wordsOf("the branch");

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
    const planned = await this.#plan(wanted.value.targets);
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

  async #plan(targets: readonly Target[]): Promise<Result<FileSetPlan, Failure>> {
    const { session } = this.#facts;
    const vetted = await this.#vet(targets);
    if (!vetted.ok) return vetted;
    const plan: FileSetPlan = { entries: [], conflicts: [], refused: vetted.value, already: [] };
    for (const { path, reason } of vetted.value) plan.conflicts.push({ path, reason: cannotBeWritten(reason), blocked: true });
    const hostile = new Set(vetted.value.map(({ path }) => path));
    const goodTargets = targets.filter(({ path }) => !hostile.has(path));
    const inTheWay = await this.#inTheWay(goodTargets);
    if (!inTheWay.ok) return inTheWay;
    for (const target of goodTargets) {
      const { path, ours } = target;
      const merged = sameVersion(ours, target.theirs)
        ? ok({ version: ours })
        : await mergeVersions(this.#deps.snapshots, session.copy, target);
      if (!merged.ok) return merged;
      if ("clash" in merged.value) plan.conflicts.push({ path, reason: words[merged.value.clash] });
      else if (inTheWay.value.has(path)) plan.conflicts.push({ path, reason: words["in-the-way"] });
      else if (sameVersion(ours, merged.value.version)) plan.already.push(path);
      else plan.entries.push({ path, before: sideOf(ours), after: sideOf(merged.value.version) });
    }
    return ok(plan);
  }

  async #vet(targets: readonly Target[]): Promise<Result<Refused[], Failure>> {
    const steps: Parameters<typeof refusedPaths>[0][number][] = [];
    for (const { path, theirs } of targets) {
      const isLink = theirs?.mode === "120000";
      const link = isLink
        ? await this.#deps.snapshots.readBlob(this.#facts.session.copy, theirs.oid, maxFileBytes)
        : ok(Buffer.alloc(0));
      if (!link.ok) return link;
      steps.push({ path, gone: theirs === null, link: isLink ? link.value : null });
    }
    return ok(refusedPaths(steps, { linksOut: false, gitFolders: [] }));
  }

  /** Paths that come below a file of the branch which stays. */
  async #inTheWay(targets: readonly Target[]): Promise<Result<Set<string>, Failure>> {
    const comes = targets.filter(({ theirs }) => theirs !== null).map(({ path }) => path);
    const leaves = new Set(targets.filter(({ theirs }) => theirs === null).map(({ path }) => path));
    const parents = [...new Set(comes.flatMap(parentsOf))].filter((path) => !leaves.has(path));
    const files =
      parents.length === 0 ? ok(new Map()) : await versionsAt(this.#deps, this.#facts.session.copy, this.#tree, parents);
    return files.ok ? ok(new Set(comes.filter((path) => parentsOf(path).some((parent) => files.value.has(parent))))) : files;
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

  /** Under a checkout the branch must not move: its files would look like the commit's opposite. */
  async #moveFree(commit: string, kind: string): Promise<Result<null, Failure>> {
    const { git } = this.#deps;
    const { session, branch } = this.#facts;
    if (commit === this.#tip) return ok(null);
    const listed = await listWorktrees(git, session.copy.path);
    if (!listed.ok) return failed(listed.error);
    const isHeld = listed.value.some((worktree) => worktree.branch === branch);
    const why = `hearth: ${kind}`;
    const moved = isHeld ? ok(false) : await moveBranch(git, session.copy.path, branch, { from: this.#tip, to: commit, why });
    if (!moved.ok) return failed(moved.error);
    if (moved.value) return ok(null);
    return failure("CHANGES_CONFLICT", `${branch} was moved or checked out meanwhile. Nothing was applied; look again.`, {
      data: { conflicts: [] },
    });
  }
}

/** Old trees know modes like 100664. */
function sideOf(version: Version): JournalSide {
  if (version === null) return null;
  const { oid, mode } = version;
  return { oid, mode: mode === "100755" || mode === "120000" ? mode : "100644" };
}

function failed(error: GitFailure): { ok: false; error: Failure<"GIT_FAILED"> } {
  return failure("GIT_FAILED", error.message);
}
