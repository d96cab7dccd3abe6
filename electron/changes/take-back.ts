import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { mergeVersions } from "../file-sets/merge.ts";
import type { Conflict, Target } from "../file-sets/plan.ts";
import type { Version } from "../file-sets/three-way.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import type { ChangesDeps } from "./ports.ts";
import { endsOf, versionsAt } from "./targets.ts";
import type { Chosen } from "./apply.ts";

/** `kept`: files that stay as they are, for a person wrote in them since an agent made them. */
export type TakenBack = { targets: Target[]; kept: Conflict[] };

/**
 * The way back to the baseline in the working copy that was looked at. A file that the baseline doesn't have, and that
 * agents wrote, may have been a person's before or since: what the agents did to it is taken back, run by run from the
 * latest, and what a person wrote stays.
 */
export async function takeBack(
  deps: ChangesDeps,
  sessionId: string,
  { current, chosen }: Chosen,
): Promise<Result<TakenBack, Failure>> {
  const ends = endsOf(chosen);
  const made = new Map(ends.filter(({ from, to }) => from === null && to !== null).map(({ path, to }) => [path, to]));
  const left = await withoutRuns(deps, sessionId, current.session.copy, made);
  if (!left.ok) return left;
  const taken: TakenBack = { targets: [], kept: [] };
  for (const { path, from, to } of ends) {
    const theirs = left.value.has(path) ? left.value.get(path) : { version: from };
    if (theirs) taken.targets.push({ path, base: to, ours: to, theirs: theirs.version });
    else taken.kept.push({ path, reason: "It was written by hand since: the text stays." });
  }
  return ok(taken);
}

/** What is left of these files without what agents did that is still pending; null where it can't be told apart. */
async function withoutRuns(
  deps: ChangesDeps,
  sessionId: string,
  copy: CopyRef,
  made: ReadonlyMap<string, Version>,
): Promise<Result<Map<string, { version: Version } | null>, Failure>> {
  const touched = (await deps.store.attributions(sessionId)).filter(({ path }) => made.has(path));
  const left = new Map<string, { version: Version } | null>();
  for (const edit of deps.checkpoints.runEdits(sessionId, new Set(touched.map(({ runId }) => runId)))) {
    const paths = touched.filter(({ runId }) => runId === edit.runId).map(({ path }) => path);
    const before = await versionsAt(deps, copy, edit.before, paths);
    if (!before.ok) return before;
    const after = await versionsAt(deps, copy, edit.after, paths);
    if (!after.ok) return after;
    for (const path of paths) {
      const so = left.has(path) ? left.get(path) : { version: made.get(path) ?? null };
      if (!so) continue;
      const versions = { base: after.value.get(path) ?? null, ours: so.version, theirs: before.value.get(path) ?? null };
      const merged = await mergeVersions(deps.snapshots, copy, versions);
      if (!merged.ok) return merged;
      left.set(path, "clash" in merged.value ? null : merged.value);
    }
  }
  return ok(left);
}
