import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { inRoot, readBytes, readSeen, sideOf, type Root } from "../file-sets/content.ts";
import { mergeVersions } from "../file-sets/merge.ts";
import { sameVersion, type Version } from "../file-sets/three-way.ts";
import { CommitIndex } from "../git/commit-index.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import type { FileSetRow } from "../store/changes.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { versionsAt } from "./targets.ts";

/** A file as the commit will have it: the last commit's, with what was applied and nothing else. */
export type ToCommit = { path: string; version: Version };
/** What was applied and can't be told from what else became of the file. */
export type NotCommitted = { path: string; reason: string };

/** `mayConvert`: what git converts files with between commit and disk may run, in `env`, since the project is trusted. */
export type LastCommit = { commit: string | null; mayConvert: boolean; env?: Record<string, string> };
type AppliedFile = { path: string; before: Version; after: Version };

const reasons = {
  entangled: "Edits of yours are in the same place. Commit the file with git.",
  gone: "What was applied is too long ago to be told from other edits. Commit the file with git.",
};

/**
 * From applied sets, oldest first, to the files of a commit on top of the last one. What the checkout has besides stays out of
 * it; what the last commit has already, or the checkout has no more, isn't committed.
 */
export async function filesToCommit(
  deps: ChangesDeps,
  session: SessionCopy,
  sets: readonly FileSetRow[],
  last: LastCommit,
): Promise<Result<{ files: ToCommit[]; left: NotCommitted[] }, Failure>> {
  const steps = await stepsOf(deps, session, sets);
  if (!steps.ok) return steps;
  const paths = [...steps.value.keys()].toSorted();
  if (paths.length === 0) return ok({ files: [], left: [] });
  const expected = new Map(paths.map((path) => [path, steps.value.get(path)?.[0]?.before ?? null]));
  const head = await committedVersions(deps, session.checkout, last, expected);
  if (!head.ok) return head;
  return inRoot(deps.snapshots, session.checkout, (root) => filesOf(deps, root, steps.value, head.value));
}

async function filesOf(
  deps: ChangesDeps,
  root: CopyRef & Root,
  steps: ReadonlyMap<string, AppliedFile[]>,
  head: ReadonlyMap<string, Version>,
): Promise<Result<{ files: ToCommit[]; left: NotCommitted[] }, Failure>> {
  const files: ToCommit[] = [];
  const left: NotCommitted[] = [];
  for (const path of [...steps.keys()].toSorted()) {
    const ofPath = steps.get(path) ?? [];
    const committed = head.get(path) ?? null;
    const now = await readSeen(root, path, [committed, ...ofPath.flatMap(({ before, after }) => [after, before])]);
    if (now.ok && sameVersion(sideOf(now.value.content), committed)) continue;
    const version = await withApplied(deps, root, committed, ofPath);
    if (!version.ok) left.push({ path, reason: reasons.gone });
    else if ("clash" in version.value) left.push({ path, reason: reasons.entangled });
    else if (!sameVersion(version.value.version, committed)) files.push({ path, version: version.value.version });
  }
  return ok({ files, left });
}

/** What each set did to each path. In place a set only moved the baseline, whose two trees tell it. */
async function stepsOf(
  deps: ChangesDeps,
  session: SessionCopy,
  sets: readonly FileSetRow[],
): Promise<Result<Map<string, AppliedFile[]>, Failure>> {
  const steps: AppliedFile[] = [];
  for (const set of sets) {
    if (set.kind !== "approve" || set.baselineBefore === null || set.baselineAfter === null) {
      steps.push(...set.entries);
      continue;
    }
    const paths = set.entries.map((entry) => entry.path);
    const before = await versionsAt(deps, session.copy, set.baselineBefore, paths);
    if (!before.ok) return before;
    const after = await versionsAt(deps, session.copy, set.baselineAfter, paths);
    if (!after.ok) return after;
    for (const path of paths) steps.push({ path, before: before.value.get(path) ?? null, after: after.value.get(path) ?? null });
  }
  return ok(Map.groupBy(steps, (step) => step.path));
}

/**
 * The commit's files as they would be on the disk. What is there as it was `expected` to be isn't converted, whatever the
 * settings say; only git itself, with all the person's own, knows what becomes of the others.
 */
export async function committedVersions(
  deps: ChangesDeps,
  checkout: CopyRef,
  last: LastCommit,
  expected: ReadonlyMap<string, Version>,
): Promise<Result<Map<string, Version>, Failure>> {
  const tree = await deps.snapshots.treeOf(checkout, last.commit);
  if (!tree.ok) return tree;
  const versions = await versionsAt(deps, checkout, tree.value, [...expected.keys()]);
  if (!versions.ok || !last.mayConvert) return versions;
  const others = [...versions.value.keys()].filter(
    (path) => !sameVersion(versions.value.get(path) ?? null, expected.get(path) ?? null),
  );
  return others.length === 0 ? versions : convertedVersions(deps, checkout, last, { versions: versions.value, of: others });
}

async function convertedVersions(
  deps: ChangesDeps,
  checkout: CopyRef,
  { commit, env = {} }: LastCommit,
  { versions, of }: { versions: ReadonlyMap<string, Version>; of: readonly string[] },
): Promise<Result<Map<string, Version>, Failure>> {
  const index = await CommitIndex.open(deps.git, checkout.path, { commit, env });
  if (!index.ok) return { ok: false, error: { code: "GIT_FAILED", message: index.error.message } };
  try {
    const out = await index.value.checkOut(of);
    if (!out.ok) return { ok: false, error: { code: "GIT_FAILED", message: out.error.message } };
    const files = { ...checkout, copyId: "converted", path: index.value.files };
    return await inRoot(deps.snapshots, files, (root) => storeConverted(deps, checkout, root, { versions, of }));
  } finally {
    await index.value.dispose();
  }
}

async function storeConverted(
  deps: ChangesDeps,
  checkout: CopyRef,
  root: Root,
  { versions, of }: { versions: ReadonlyMap<string, Version>; of: readonly string[] },
): Promise<Result<Map<string, Version>, Failure>> {
  const converted = new Map(versions);
  for (const path of of) {
    const now = await readSeen(root, path, [versions.get(path) ?? null]);
    if (!now.ok) return now;
    const { content } = now.value;
    if (!content) continue;
    const bytes = await readBytes(root, path);
    const stored = bytes.ok ? await deps.snapshots.writeBlob(checkout, bytes.value) : bytes;
    if (!stored.ok) return stored;
    converted.set(path, { mode: content.mode, oid: stored.value });
  }
  return ok(converted);
}

/** The committed version with all that was applied, which is what the sets made of the first of their versions. */
async function withApplied(
  deps: ChangesDeps,
  checkout: CopyRef,
  committed: Version,
  steps: readonly AppliedFile[],
): ReturnType<typeof mergeVersions> {
  const first = steps[0]?.before ?? null;
  let applied = first;
  for (const { before, after } of steps) {
    const merged = await mergeVersions(deps.snapshots, checkout, { base: before, ours: applied, theirs: after });
    if (!merged.ok || "clash" in merged.value) return merged;
    applied = merged.value.version;
  }
  return mergeVersions(deps.snapshots, checkout, { base: first, ours: committed, theirs: applied });
}
