import { existsSync } from "node:fs";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { sameVersion, type Version } from "../file-sets/three-way.ts";
import { fetchesNothing } from "../git/checkout-files.ts";
import { unfilteredAtFirst } from "../git/unfiltered.ts";
import { knowFiltered } from "../git/work-tree.ts";
import { setOwner } from "./after-set.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { editsTo, versionsAt } from "./targets.ts";
import { committedVersions } from "./to-commit.ts";

/** `isPointer`: nobody wrote to the file since. */
type Filled = { path: string; from: Version; to: Version; isPointer: boolean };

/**
 * Fills the files of a worktree that was made before its project was trusted: pointers of Git LFS, and what other content
 * filters would have made. They are as in a worktree made now, so they are nobody's change, and what was written over one
 * is measured against what it would have been. What no filter can make here stays as it is, and is named as before.
 * Returns the paths that were looked after.
 */
export async function fillPointers(deps: ChangesDeps, sessionId: string): Promise<Result<string[], Failure>> {
  const session = deps.copies.find(sessionId);
  if (session?.kind !== "worktree" || !existsSync(session.copy.path)) return ok([]);
  const paths = unfilteredAtFirst(session.copy.path);
  if (paths.length === 0 || !(await deps.trusted(session.projectId))) return ok([]);
  let filled: Filled[] = [];
  let baselineBefore = session.baselineTree;
  const done = await deps.fileSets.carryOut({
    kind: "follow",
    sessionId,
    owner: setOwner(deps, "follow"),
    root: session.copy,
    dryRun: false,
    async want() {
      baselineBefore = deps.copies.find(sessionId)?.baselineTree ?? baselineBefore;
      const made = await whatFiltersMake(deps, { ...session, baselineTree: baselineBefore }, paths);
      if (!made.ok) return made;
      filled = made.value;
      const pointers = filled.filter(({ isPointer }) => isPointer);
      return ok({ targets: pointers.map(({ path, from, to }) => ({ path, base: from, ours: from, theirs: to })) });
    },
    async prepare() {
      if (filled.length === 0) return ok(null);
      const after = await deps.snapshots.editTree(session.copy, baselineBefore, editsTo(filled));
      if (!after.ok) return after;
      return ok({ checkpointId: null, baselineBefore, baselineAfter: after.value, subjectId: null });
    },
  });
  if (!done.ok) return done;
  const [first] = done.value.plan.conflicts;
  if (first && !done.value.written) return failure("CHANGES_CONFLICT", `${first.path}: ${first.reason}`);
  const files = filled.flatMap(({ path, from, isPointer }) => (from && isPointer ? [{ path, oid: from.oid }] : []));
  const known = await knowFiltered(deps.git, session.copy.path, files, await filterEnv(deps));
  return known.ok ? ok(filled.map(({ path }) => path)) : failure("GIT_FAILED", known.error.message);
}

async function filterEnv(deps: ChangesDeps): Promise<Record<string, string>> {
  return { ...(await deps.userEnv()), ...fetchesNothing };
}

/** Of files that the baseline has as the commit does, what a checkout would make of them now. */
async function whatFiltersMake(
  deps: ChangesDeps,
  { copy, baselineTree }: SessionCopy,
  paths: string[],
): Promise<Result<Filled[], Failure>> {
  const taken = await deps.snapshots.snapshot(copy);
  if (!taken.ok) return taken;
  const head = await deps.snapshots.treeOf(copy, "HEAD");
  if (!head.ok) return head;
  const [now, committed, measured] = await Promise.all(
    [taken.value.tree, head.value, baselineTree].map((tree) => versionsAt(deps, copy, tree, paths)),
  );
  if (!now?.ok || !committed?.ok || !measured?.ok) return failure("GIT_FAILED", "The session's files can't be compared");
  const isSame = (path: string, other: ReadonlyMap<string, Version>): boolean =>
    sameVersion(committed.value.get(path) ?? null, other.get(path) ?? null);
  const asCommitted = paths.filter((path) => committed.value.has(path) && isSame(path, measured.value));
  const last = { commit: "HEAD", mayConvert: true, env: await filterEnv(deps) };
  const made = await committedVersions(deps, copy, last, new Map(asCommitted.map((path) => [path, null])));
  if (!made.ok) return made;
  return ok(
    asCommitted
      .filter((path) => !isSame(path, made.value))
      .map((path) => ({
        path,
        from: committed.value.get(path) ?? null,
        to: made.value.get(path) ?? null,
        isPointer: isSame(path, now.value),
      })),
  );
}
