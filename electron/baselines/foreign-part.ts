import type { HeadMove, HistoryCommit } from "../git/history.ts";

// Whose commits are whose, and what the files would be without the session's own. Pure.

/** Steps of HEAD to a commit that was there already; all others made theirs. */
const isMove = (why: string): boolean =>
  /^(checkout|reset|clone|branch|initial pull)\b/i.test(why) ||
  /: fast[- ]forward$/i.test(why) ||
  /^(rebase|pull)\b.*\((start|finish|abort)\)/.test(why) ||
  /^(rebase|pull)\b.*: checkout /.test(why) ||
  /^rebase (finished|aborted)/.test(why);

/** Commits that were made here since then (milliseconds): HEAD's log says of each how it came. */
export function madeHere(moves: readonly HeadMove[], since: number): Set<string> {
  // Newest first. Who sets the date of a commit sets that of its entry too: what comes after a recent one is as recent.
  const oldest = moves.findLastIndex(({ at }) => at >= Math.floor(since / 1000));
  const recent = moves.slice(0, oldest + 1);
  return new Set(recent.filter(({ why }) => !isMove(why)).map(({ to }) => to));
}

/** Where a branch stood whenever it was checked out: what was on it before is others'. */
export function arrivals(moves: readonly HeadMove[], branch: string): string[] {
  return moves.flatMap(({ to, why }) => (why.startsWith("checkout: moving from ") && why.endsWith(` to ${branch}`) ? to : []));
}

/**
 * What of a commit's files others made. `whole`: all. `nothing`. `as`: what others made of its parent's. `joined`: what
 * others made of its parents', brought together. `upon`: what leads from `below` to the commit, on what others made of `below`.
 */
export type ForeignPart =
  | { kind: "whole" }
  | { kind: "nothing" }
  | { kind: "as"; parent: string }
  | { kind: "joined"; parents: readonly string[] }
  | { kind: "upon"; below: string };

/** The commits since a session's base, and which of them are its own. */
export class History {
  readonly #parents: ReadonlyMap<string, readonly string[]>;
  readonly #own: ReadonlySet<string>;
  /** Commits with one of the session's own in their history, themselves included. */
  readonly #touched = new Set<string>();

  /** `commits`: each before its parents. */
  constructor(commits: readonly HistoryCommit[], own: ReadonlySet<string>) {
    this.#parents = new Map(commits.map(({ id, parents }) => [id, parents]));
    this.#own = own;
    for (const { id, parents } of commits.toReversed())
      if (own.has(id) || parents.some((parent) => this.#touched.has(parent))) this.#touched.add(id);
  }

  partOf(commit: string): ForeignPart {
    if (!this.#touched.has(commit)) return { kind: "whole" };
    const parents = this.#parents.get(commit) ?? [];
    const [first] = parents;
    if (this.#own.has(commit)) {
      if (first === undefined) return { kind: "nothing" };
      return parents.length === 1 ? { kind: "as", parent: first } : { kind: "joined", parents };
    }
    // Others took the session's work into a line of theirs: it is theirs now. Or they went on where it is.
    if (first === undefined || !this.#touched.has(first)) return { kind: "whole" };
    return { kind: "upon", below: this.#belowOthers(first) };
  }

  /** The newest commits that are others' alone, or that others made on top of the session's. */
  frontier(heads: readonly string[]): string[] {
    const found = new Set<string>();
    const seen = new Set<string>();
    const open = [...heads];
    for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
      if (seen.has(commit)) continue;
      seen.add(commit);
      if (this.#own.has(commit)) open.push(...(this.#parents.get(commit) ?? []));
      else found.add(commit);
    }
    return [...found];
  }

  #belowOthers(from: string): string {
    for (let commit = from; ;) {
      const part = this.#own.has(commit) ? null : this.#parents.get(commit)?.[0];
      if (part === null || part === undefined || !this.#touched.has(part)) return commit;
      commit = part;
    }
  }
}
