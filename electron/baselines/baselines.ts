import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { onlyPaths } from "../git/diff-tree.ts";
import type { Git } from "../git/git.ts";
import { headOnDisk } from "../git/head-on-disk.ts";
import { commitsOf, standingOf, type Standing } from "../git/history.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Log } from "../lib/log.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { GitBase } from "../store/git-base.ts";
import { foreignTree } from "./foreign-tree.ts";
import { gitFailed, lookAround, merging, type Found, type Measured } from "./look-around.ts";
import { mergeTrees } from "../file-sets/merge-trees.ts";

export type BaselinesDeps = {
  git: Git;
  snapshots: SnapshotStore;
  log: Log;
  find: (sessionId: string) => Measured | null;
  /** Reviews and attributions that go on to the new baseline, before it is one. */
  carry: (sessionId: string, copy: CopyRef, move: { from: string; to: string }) => Promise<Result<null, Failure>>;
  followed: (sessionId: string, gitBase: GitBase, baselineTree: string) => void;
  /** The baseline as it is, also where the files aren't there. */
  current: (sessionId: string) => { copy: CopyRef; baselineTree: string } | null;
  set: (sessionId: string, baselineTree: string) => void;
};

const maxRemembered = 1000;

/**
 * Keeps baselines where git has brought working copies. Pending changes are what a session did on top of what git brought
 * in: whenever HEAD is elsewhere (merge, pull, rebase, switch, reset, by whomever), what others made of its files is worked
 * out, and the baseline goes along with it (docs/adr/0013-what-git-brought-in.md).
 */
export class Baselines {
  readonly #deps: BaselinesDeps;
  readonly #queue = new KeyedQueue();

  constructor(deps: BaselinesDeps) {
    this.#deps = deps;
  }

  /** Whether the baseline moved. Where HEAD is where it was, git mostly need not be asked. */
  follow(sessionId: string): Promise<Result<{ moved: boolean }, Failure>> {
    return this.#queue.run(sessionId, async () => {
      const measured = this.#deps.find(sessionId);
      if (!measured) return ok({ moved: false });
      const known = measured.gitBase?.head ?? measured.baseCommit;
      if (known !== null && headOnDisk(measured.copy.path)?.join(" ") === known) return ok({ moved: false });
      const standing = await standingOf(this.#deps.git, measured.copy.path);
      if (!standing.ok) return gitFailed(standing.error);
      if (!standing.value || keyOf(standing.value) === known) return ok({ moved: false });
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

  /** What leads from one tree to the other comes onto the baseline as it is by now: git may have brought something in meanwhile. */
  advance(sessionId: string, { from, to }: { from: string; to: string }): Promise<Result<null, Failure>> {
    const { snapshots, current, set } = this.#deps;
    return this.#queue.run(sessionId, async () => {
      const now = current(sessionId);
      if (!now) return ok(null);
      const tree = await mergeTrees(snapshots, now.copy, { base: from, ours: now.baselineTree, theirs: to });
      if (!tree.ok) return tree;
      if (tree.value !== now.baselineTree) set(sessionId, tree.value);
      return ok(null);
    });
  }

  async #move(sessionId: string, measured: Measured, standing: Standing): Promise<Result<{ moved: boolean }, Failure>> {
    const { snapshots, carry, followed } = this.#deps;
    const { copy, baselineTree } = measured;
    const found = await lookAround(this.#deps.git, measured, standing);
    if (!found.ok) return found;
    const before = await this.#knownBase(measured);
    if (!before.ok) return before;
    const tree = await this.#foreignTree(measured, standing, found.value, before.value);
    if (!tree.ok) return tree;
    const { anchor } = before.value;
    const baseline = await mergeTrees(snapshots, copy, { base: anchor.tree, ours: anchor.baseline, theirs: tree.value.tree });
    if (!baseline.ok) return baseline;
    const brought = await snapshots.diff(copy, anchor.tree, tree.value.tree, onlyPaths);
    if (!brought.ok) return brought;
    const moved = baseline.value !== baselineTree;
    const carried = moved ? await carry(sessionId, copy, { from: baselineTree, to: baseline.value }) : ok(null);
    if (!carried.ok) return carried;
    const { own, frontier, refs } = found.value;
    const others = tree.value.rewritten ? [] : frontier;
    // What is checked out here is where it came to, not from.
    const from = refs.find((ref) => !ref.isCurrent && frontier.includes(ref.commit))?.name ?? null;
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

function keyOf({ head, merging: others }: Standing): string {
  return [head, ...others].join(" ");
}
