import { ok } from "../../shared/result.ts";
import { mergeVersions } from "../file-sets/merge.ts";
import type { Target } from "../file-sets/plan.ts";
import { sameVersion, type Version } from "../file-sets/three-way.ts";
import { setOwner } from "./after-set.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { versionsAt } from "./targets.ts";
import { committedVersions, type LastCommit, type ToCommit } from "./to-commit.ts";

type Followed = { targets: Target[]; baseline: { path: string; mode: string; oid: string | null }[] };

/**
 * Brings what a commit's hooks made of the files (formatting, for the most part) to the session's copy and its baseline:
 * the next change of such a file would else conflict with it. A file that an agent changed at the same place meanwhile is
 * left as it is, and so are all of them while an agent is at work.
 */
export async function followHooks(
  deps: ChangesDeps,
  sessionId: string,
  session: SessionCopy,
  { files, last }: { files: readonly ToCommit[]; last: LastCommit },
): Promise<void> {
  if (session.kind === "in-place") return;
  let baselineBefore = session.baselineTree;
  let followed: Followed = { targets: [], baseline: [] };
  const outcome = await deps.fileSets.carryOut({
    kind: "follow",
    sessionId,
    owner: setOwner(deps, "follow"),
    root: session.copy,
    dryRun: false,
    async want() {
      const now = deps.copies.find(sessionId);
      if (!now) return ok({ targets: [] });
      baselineBefore = now.baselineTree;
      const found = await whatHooksMade(deps, now, files, last);
      if (!found.ok) return found;
      followed = found.value;
      return ok({ targets: followed.targets });
    },
    async prepare({ entries }) {
      if (entries.length === 0 && followed.baseline.length === 0) return ok(null);
      const baselineAfter = await deps.snapshots.editTree(session.copy, baselineBefore, followed.baseline);
      if (!baselineAfter.ok) return baselineAfter;
      return ok({ checkpointId: null, baselineBefore, baselineAfter: baselineAfter.value, subjectId: null });
    },
  });
  if (!outcome.ok) deps.log.info("changes.hooks.not-followed", { sessionId, code: outcome.error.code });
}

async function whatHooksMade(deps: ChangesDeps, session: SessionCopy, files: readonly ToCommit[], last: LastCommit) {
  const paths = files.map((file) => file.path);
  const expected = new Map(files.map(({ path, version }) => [path, version]));
  const made = await committedVersions(deps, session.checkout, last, expected);
  if (!made.ok) return made;
  const changed = files.filter(({ path, version }) => !sameVersion(made.value.get(path) ?? null, version));
  const followed: Followed = { targets: [], baseline: [] };
  if (changed.length === 0) return ok(followed);
  const taken = await deps.snapshots.snapshot(session.copy);
  if (!taken.ok) return taken;
  const ours = await versionsAt(deps, session.copy, taken.value.tree, paths);
  if (!ours.ok) return ours;
  const baseline = await versionsAt(deps, session.copy, session.baselineTree, paths);
  if (!baseline.ok) return baseline;
  for (const { path, version: base } of changed) {
    const theirs = made.value.get(path) ?? null;
    const isClean = async (version: Version): Promise<Version | undefined> => {
      const merged = await mergeVersions(deps.snapshots, session.copy, { base, ours: version, theirs });
      return merged.ok && "version" in merged.value ? merged.value.version : undefined;
    };
    const now = ours.value.get(path) ?? null;
    const then = await isClean(baseline.value.get(path) ?? null);
    if (then === undefined || (await isClean(now)) === undefined) continue;
    followed.targets.push({ path, base, ours: now, theirs });
    followed.baseline.push({ path, mode: then?.mode ?? "0", oid: then?.oid ?? null });
  }
  return ok(followed);
}
