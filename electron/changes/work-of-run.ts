import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { mergeVersions } from "../file-sets/merge.ts";
import { sameVersion } from "../file-sets/three-way.ts";
import { onlyPaths, type TreeChange } from "../git/diff-tree.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { endsOf } from "./targets.ts";

type Run = { beforeTree: string; afterTree: string; baselineBefore: string | null };

/** What a run did to the files. Where its files are as git's own merge leaves them, git brought that in, and nobody did it. */
export async function workOfRun(deps: ChangesDeps, session: SessionCopy, run: Run): Promise<Result<TreeChange[], Failure>> {
  const { copy, baselineTree } = session;
  const { beforeTree, afterTree, baselineBefore } = run;
  const found = await deps.snapshots.ownChanges(copy, beforeTree, afterTree, { isNow: true, renames: false, counts: true });
  if (!found.ok) return found;
  const { changes } = found.value;
  if (baselineBefore === null || baselineBefore === baselineTree || changes.length === 0) return ok(changes);
  const moved = await deps.snapshots.diff(copy, baselineBefore, baselineTree, onlyPaths);
  if (!moved.ok) return moved;
  const brought = new Map(endsOf(moved.value).map(({ path, from, to }) => [path, { from, to }]));
  const own: TreeChange[] = [];
  for (const change of changes) {
    const git = brought.get(change.path);
    const [ends] = endsOf([change]);
    if (git && ends) {
      const versions = { base: git.from, ours: ends.from, theirs: git.to };
      const merged = await mergeVersions(deps.snapshots, copy, versions);
      if (!merged.ok) return merged;
      if ("version" in merged.value && sameVersion(merged.value.version, ends.to)) continue;
    }
    own.push(change);
  }
  return ok(own);
}
