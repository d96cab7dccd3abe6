import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { commitsOf, fetchedCommits, movesOfHead, type HeadMove, type Standing } from "../git/history.ts";
import { othersRefs, type NamedCommit } from "../git/others-refs.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import type { GitBase } from "../store/git-base.ts";
import { arrivals, History, madeHere } from "./foreign-part.ts";

/** A working copy, as far as its baseline is concerned. `gitBase` is null until HEAD has moved. */
export type Measured = {
  copy: CopyRef;
  baselineTree: string;
  baseCommit: string | null;
  createdAt: number;
  gitBase: GitBase | null;
};

/** Commits of a history that are looked at; what the session made below as many of others' isn't told apart any more. */
const maxCommits = 20_000;
/** Stands for the commit that a merge which goes on will end with. */
export const merging = "merging";

export type Found = {
  own: ReadonlySet<string>;
  history: History;
  /** What the files are of: HEAD, or the merge that goes on. */
  head: string;
  frontier: string[];
  refs: NamedCommit[];
  moves: HeadMove[];
};

/** Whose the commits since the session's base are. One in no ref of others is the session's own, and so is one made here. */
export async function lookAround(git: Git, measured: Measured, standing: Standing): Promise<Result<Found, Failure>> {
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

export function gitFailed(error: GitFailure): { ok: false; error: Failure<"GIT_FAILED"> } {
  return failure("GIT_FAILED", error.message);
}
