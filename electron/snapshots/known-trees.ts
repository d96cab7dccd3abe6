import { ok, type Result } from "../../shared/result.ts";
import { diffTrees, type DiffOptions, type TreeChange } from "../git/diff-tree.ts";
import type { Git, GitFailure } from "../git/git.ts";
import type { GitPlace } from "../git/place.ts";
import { listLinks, type TreeEntry } from "../git/trees.ts";

const maxKept = 4;
const maxKeptChanges = 30_000;

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
    if (this.#lastLinks?.tree === tree) return ok(this.#lastLinks.links);
    const listed = await listLinks(this.#git, place, tree);
    if (listed.ok) this.#lastLinks = { tree, links: listed.value };
    return listed;
  }

  async diff(
    place: GitPlace,
    from: string,
    to: string,
    { renames, counts = true }: DiffOptions & { renames: boolean },
  ): Promise<Result<TreeChange[], GitFailure>> {
    const key = `${from} ${to} ${renames} ${counts}`;
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
