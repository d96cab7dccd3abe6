import type { FileDiff } from "../../shared/contract/changes.ts";
import type { Failure } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import type { Current } from "./current.ts";
import { diffOf, type Compared } from "./diff-of.ts";
import type { ChangesDeps } from "./ports.ts";

/**
 * What was seen last, of the one session that is being looked at: a person who goes through a list asks for one file after
 * the other, and only that file is looked at again.
 */
export class LastLook {
  #last: ({ sessionId: string } & Compared) | null = null;

  remember(sessionId: string, { session, tree, differences }: Current): void {
    this.#last = { sessionId, session, tree, differences };
  }

  /** Null where it can't be told without looking at everything: the file, the baseline or another tree came since. */
  async diff(deps: ChangesDeps, sessionId: string, path: string): Promise<Result<FileDiff, Failure> | null> {
    const last = this.#last;
    const change = last?.sessionId === sessionId ? last.differences.find((one) => one.path === path) : undefined;
    if (!last || !change) return null;
    const { copy, baselineTree } = last.session;
    const [still, followed, diff] = await Promise.all([
      deps.snapshots.isStill(copy, last.tree, placesOf(change)),
      deps.follow(sessionId),
      diffOf(deps, last, path),
    ]);
    const now = deps.copies.find(sessionId);
    const isSame = now?.copy.path === copy.path && now.baselineTree === baselineTree;
    return still.ok && still.value && followed.ok && isSame ? diff : null;
  }
}

/** Where the change left something, and where it left nothing. */
function placesOf({ path, oldPath, newMode }: TreeChange): { there: string[]; gone: string[] } {
  const isGone = /^0*$/.test(newMode);
  return { there: isGone ? [] : [path], gone: [...(isGone ? [path] : []), ...(oldPath === undefined ? [] : [oldPath])] };
}
