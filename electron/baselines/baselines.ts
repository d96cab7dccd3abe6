import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "../git/git.ts";
import {
  commitsOf,
  fetchedCommits,
  movesOfHead,
  othersRefs,
  standingOf,
  type HeadMove,
  type NamedCommit,
  type Standing,
} from "../git/history.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Log } from "../lib/log.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { GitBase } from "../store/git-base.ts";
import { arrivals, History, madeHere } from "./foreign-part.ts";
import { foreignTree } from "./foreign-tree.ts";
import { mergeTrees } from "../file-sets/merge-trees.ts";

/** A working copy, as far as its baseline is concerned. `gitBase` is null until HEAD has moved. */
export type Measured = {
  copy: CopyRef;
  baselineTree: string;
  baseCommit: string | null;
  createdAt: number;
  gitBase: GitBase | null;
};

export type BaselinesDeps = {
  git: Git;
  snapshots: SnapshotStore;
  log: Log;
  find: (sessionId: string) => Measured | null;
  /** Reviews and attributions that go on to the new baseline, before it is one. */
  carry: (sessionId: string, copy: CopyRef, move: { from: string; to: string }) => Promise<Result<null, Failure>>;
  followed: (sessionId: string, gitBase: GitBase, baselineTree: string) => void;
};

/** Commits of a history that are looked at; what the session made below as many of others' isn't told apart any more. */
const maxCommits = 20_000;
const maxRemembered = 1000;
/** Stands for the commit that a merge which goes on will end with. */
const merging = "merging";

/**
 * Keeps baselines where git has brought working copies. Pending changes are what a session did on top of what git brought
 * in: whenever HEAD is elsewhere (merge, pull, rebase, switch, reset, by whomever), what others made of its files is worked
 * out, and the baseline goes along with it (docs/adr/0012-what-git-brought-in.md).
 */
export class Baselines {
  readonly #deps: BaselinesDeps;
  readonly #queue = new KeyedQueue();

  constructor(deps: BaselinesDeps) {
    this.#deps = deps;
  }

  /** Whether the baseline moved. Where HEAD is where it was, one call of git. */
  follow(sessionId: string): Promise<Result<{ moved: boolean }, Failure>> {
    return this.#queue.run(sessionId, async () => {
      const measured = this.#deps.find(sessionId);
      if (!measured) return ok({ moved: false });
      const standing = await standingOf(this.#deps.git, measured.copy.path);
      if (!standing.ok) return gitFailed(standing.error);
      if (!standing.value || keyOf(standing.value) === (measured.gitBase?.head ?? measured.baseCommit))
        return ok({ moved: false });
      return this.#move(sessionId, measured, standing.value);
    });
  }

  /** The baseline where git has the files now; null where that can't be told, which isn't the caller's failure. */
  async treeOf(sessionId: string): Promise<string | null> {
    const followed = await this.follow(sessionId);
    if (followed.ok) return this.#deps.find(sessionId)?.baselineTree ?? null;
    this.#deps.log.warn("baseline.follow", { sessionId, code: followed.error.code });
    return null;
  }

  async #move(sessionId: string, measured: Measured, standing: Standing): Promise<Result<{ moved: boolean }, Failure>> {
    const { snapshots, carry, followed } = this.#deps;
    const { copy, baselineTree } = measured;
    const found = await this.#lookAround(measured, standing);
    if (!found.ok) return found;
    const before = await this.#knownBase(measured);
    if (!before.ok) return before;
    const tree = await this.#foreignTree(measured, standing, found.value, before.value);
    if (!tree.ok) return tree;
    const { anchor } = before.value;
    const baseline = await mergeTrees(snapshots, copy, { base: anchor.tree, ours: anchor.baseline, theirs: tree.value.tree });
    if (!baseline.ok) return baseline;
    const brought = await snapshots.diff(copy, anchor.tree, tree.value.tree, { renames: false });
    if (!brought.ok) return brought;
    const moved = baseline.value !== baselineTree;
    const carried = moved ? await carry(sessionId, copy, { from: baselineTree, to: baseline.value }) : ok(null);
    if (!carried.ok) return carried;
    const { own, frontier, refs } = found.value;
    const others = tree.value.rewritten ? [] : frontier;
    const from = frontier.flatMap((commit) => refs.find((ref) => ref.commit === commit)?.name ?? [])[0] ?? null;
    const gitBase: GitBase = {
      head: keyOf(standing),
      tree: tree.value.tree,
      frontier,
      anchor,
      own: [...new Set([...own].filter((id) => id !== merging).concat(before.value.own))].slice(0, maxRemembered),
      others: [...new Set([...others, ...before.value.others])].slice(0, maxRemembered),
      brought: { files: brought.value.length, from },
    };
    followed(sessionId, gitBase, baseline.value);
    return ok({ moved });
  }

  /** The base as it was known last; at the beginning it is the commit that the session began at. */
  async #knownBase({ copy, baselineTree, baseCommit, gitBase }: Measured): Promise<Result<GitBase, Failure>> {
    if (gitBase) return ok(gitBase);
    const tree = await this.#deps.snapshots.treeOf(copy, baseCommit);
    if (!tree.ok) return tree;
    const frontier = baseCommit === null ? [] : [baseCommit];
    return ok({
      ...{ head: baseCommit ?? "", tree: tree.value, frontier, own: [], others: frontier },
      anchor: { tree: tree.value, baseline: baselineTree },
      brought: { files: 0, from: null },
    });
  }

  /** Whose the commits since the session's base are. One in no ref of others is the session's own, and so is one made here. */
  async #lookAround(measured: Measured, standing: Standing): Promise<Result<Found, Failure>> {
    const { git } = this.#deps;
    const { copy, baseCommit, createdAt, gitBase } = measured;
    const of = [standing.head, ...standing.merging];
    const base = baseCommit === null ? [] : [baseCommit];
    const [moves, refs, commits] = await Promise.all([
      movesOfHead(git, copy.path),
      othersRefs(git, copy.path, standing, createdAt),
      commitsOf(git, copy.path, { of, not: base, max: maxCommits }),
    ]);
    if (!moves.ok) return gitFailed(moves.error);
    if (!refs.ok) return gitFailed(refs.error);
    if (!commits.ok) return gitFailed(commits.error);
    const others = [...base, ...(gitBase?.others ?? []), ...fetchedCommits(standing), ...standing.merging];
    const not = [...others, ...refs.value.flatMap((ref) => (ref.isCurrent ? arrivals(moves.value, ref.name) : ref.commit))];
    const unknown = await commitsOf(git, copy.path, { of: [standing.head], not, max: maxCommits });
    if (!unknown.ok) return gitFailed(unknown.error);
    const made = madeHere(moves.value, createdAt);
    const remembered = new Set(gitBase?.own);
    const own = new Set(unknown.value.map(({ id }) => id));
    for (const { id } of commits.value) if (made.has(id) || remembered.has(id)) own.add(id);
    const inMerge = standing.merging.length > 0;
    if (inMerge) own.add(merging);
    const history = new History(inMerge ? [{ id: merging, parents: of }, ...commits.value] : commits.value, own);
    const heads = inMerge ? [merging] : [standing.head];
    return ok({ own, history, head: heads[0] ?? "", frontier: history.frontier(heads), refs: refs.value, moves: moves.value });
  }

  async #foreignTree(
    { copy, baseCommit, createdAt }: Measured,
    standing: Standing,
    { own, history, head, frontier, moves }: Found,
    before: GitBase,
  ): Promise<Result<{ tree: string; rewritten: boolean }, Failure>> {
    const { git, snapshots } = this.#deps;
    const isSame = frontier.length === before.frontier.length && frontier.every((commit) => before.frontier.includes(commit));
    if (isSame) return ok({ tree: before.tree, rewritten: false });
    // Commits from before were written anew (amended, squashed): nobody brought anything in.
    const wentThere = moves.some(
      ({ to, at, why }) => frontier.includes(to) && at >= Math.floor(createdAt / 1000) && why.startsWith("checkout:"),
    );
    const wasBase = frontier.every((commit) => before.others.includes(commit));
    if (own.size > 0 && standing.merging.length === 0 && !wentThere && !wasBase) {
      const not = [...before.others, ...(baseCommit === null ? [] : [baseCommit])];
      const newer = await commitsOf(git, copy.path, { of: frontier, not, max: 1 });
      if (!newer.ok) return gitFailed(newer.error);
      if (newer.value.length === 0) return ok({ tree: before.tree, rewritten: true });
    }
    const tree = await foreignTree({ git, snapshots, copy, history }, head);
    return tree.ok ? ok({ tree: tree.value, rewritten: false }) : tree;
  }
}

type Found = {
  own: ReadonlySet<string>;
  history: History;
  /** What the files are of: HEAD, or the merge that goes on. */
  head: string;
  frontier: string[];
  refs: NamedCommit[];
  moves: HeadMove[];
};

function keyOf({ head, merging: others }: Standing): string {
  return [head, ...others].join(" ");
}

function gitFailed(error: GitFailure): { ok: false; error: Failure<"GIT_FAILED"> } {
  return failure("GIT_FAILED", error.message);
}
