import type { FileDiff } from "../../shared/contract/changes.ts";
import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Current } from "./current.ts";
import { maxDiffBytes, textsOf, toFileDiff } from "./diff-of.ts";
import type { ChangesDeps } from "./ports.ts";

type Looked = Pick<Current, "session" | "tree" | "differences"> & { sessionId: string };

/**
 * What was seen last, of the one session that is being looked at: a person who goes through a list asks for one file after
 * the other, and only that file is looked at again.
 */
export class LastLook {
  #last: Looked | null = null;

  remember(sessionId: string, { session, tree, differences }: Current): void {
    this.#last = { sessionId, session, tree, differences };
  }

  /** Null where it can't be told without looking at everything: the file, the baseline or another tree came since. */
  async diff(deps: ChangesDeps, sessionId: string, path: string): Promise<Result<FileDiff, Failure> | null> {
    const last = this.#last;
    const change = last?.sessionId === sessionId ? last.differences.find((one) => one.path === path) : undefined;
    if (!last || !change) return null;
    const { copy, baselineTree } = last.session;
    const [patch, followed, texts] = await Promise.all([
      deps.snapshots.patchIfStill(copy, { from: baselineTree, tree: last.tree, change }, maxDiffBytes),
      deps.follow(sessionId),
      textsOf(deps, copy, change),
    ]);
    const now = deps.copies.find(sessionId);
    const isSame = now?.copy.path === copy.path && now.baselineTree === baselineTree;
    return patch.ok && patch.value && followed.ok && isSame ? ok(toFileDiff(change, patch.value, texts)) : null;
  }
}
