import { ok, type Result } from "../../shared/result.ts";
import { diffTrees, type DiffOptions, type TreeChange } from "../git/diff-tree.ts";
import type { Git, GitFailure } from "../git/git.ts";
import type { GitPlace } from "../git/place.ts";
import { listLinks, type TreeEntry } from "../git/trees.ts";

const maxKept = 4;
/** Some 30 MB. */
const maxKeptChanges = 100_000;

/**
 * What trees have and how they differ, of which the last few answers are remembered: it is so for ever, and looking,
 * approving and applying one after the other all ask for the same.
 */
export class KnownTrees {
  readonly #git: Git;
  /** Oldest use first. */
  readonly #kept = new Map<string, readonly TreeChange[]>();
  #lastLinks: { tree: string; links: readonly TreeEntry[] } | null = null;

  constructor(git: Git) {
    this.#git = git;
  }

  /** Where the tree points at commits of other repositories. */
  async links(place: GitPlace, tree: string): Promise<Result<readonly TreeEntry[], GitFailure>> {
    // A baseline stays, and how the copy's latest tree differs from it was mostly asked already.
    const [of, since] = this.#differenceTo(tree) ?? [tree, []];
    const listed = this.#lastLinks?.tree === of ? ok(this.#lastLinks.links) : await listLinks(this.#git, place, of);
    if (!listed.ok) return listed;
    this.#lastLinks = { tree: of, links: listed.value };
    return ok(withLinksOf(listed.value, since));
  }

  #differenceTo(tree: string): [from: string, readonly TreeChange[]] | null {
    for (const [key, changes] of [...this.#kept].toReversed()) {
      const [from = "", to] = key.split(" ");
      if (to === tree) return [from, changes];
    }
    return null;
  }

  async diff(
    place: GitPlace,
    from: string,
    to: string,
    { renames, counts = true }: DiffOptions & { renames: boolean },
  ): Promise<Result<TreeChange[], GitFailure>> {
    if (from === to) return ok([]);
    const key = keyOf(from, to, { renames, counts });
    const known = this.#kept.get(key);
    if (known) {
      this.#keep(key, known);
      return ok([...known]);
    }
    const found = await diffTrees(this.#git, place, from, to, { renames, counts });
    if (!found.ok) return found;
    this.#keep(key, found.value);
    return ok([...found.value]);
  }

  /** What was found out otherwise: how two trees differ, with renames and counts. */
  learn(from: string, to: string, changes: readonly TreeChange[]): void {
    this.#keep(keyOf(from, to, { renames: true, counts: true }), changes);
  }

  #keep(key: string, changes: readonly TreeChange[]): void {
    this.#kept.delete(key);
    this.#kept.set(key, changes);
    let total = [...this.#kept.values()].reduce((sum, one) => sum + one.length, 0);
    for (const [oldest, { length }] of this.#kept) {
      if (this.#kept.size <= maxKept && total <= maxKeptChanges) break;
      this.#kept.delete(oldest);
      total -= length;
    }
  }
}

function keyOf(from: string, to: string, { renames, counts }: { renames: boolean; counts: boolean }): string {
  return `${from} ${to} ${renames} ${counts}`;
}

function withLinksOf(links: readonly TreeEntry[], changes: readonly TreeChange[]): TreeEntry[] {
  const isLink = (mode: string): boolean => mode === "160000";
  const touched = changes.filter(({ oldMode, newMode }) => isLink(oldMode) || isLink(newMode));
  const replaced = new Set(touched.flatMap(({ path, oldPath }) => (oldPath === undefined ? [path] : [path, oldPath])));
  const made = touched.flatMap(({ path, newMode, newOid }) => (isLink(newMode) ? [{ path, mode: newMode, oid: newOid }] : []));
  return [...links.filter(({ path }) => !replaced.has(path)), ...made];
}
