import type { Risk } from "../../shared/contract/sessions.ts";
import type { Failure } from "../../shared/errors.ts";
import { sizeText } from "../../shared/size-text.ts";
import { mayHoldWork, whyNotCovered, type NotCovered } from "../../shared/not-covered.ts";
import { ok, type Result } from "../../shared/result.ts";
import { onlyPaths } from "../git/diff-tree.ts";
import type { Git } from "../git/git.ts";
import { submodulesWithCommits } from "../git/module-work.ts";
import { findRepository, resolveCommit, unmatchedPatches, unreachableCommits } from "../git/repository.ts";
import { listWorktrees } from "../git/worktree.ts";
import { copyRef, type Copy, type Trees } from "./copy.ts";
import { ignoredAtRisk } from "./ignored-risk.ts";
import { isFolder } from "./worktree-path.ts";

/** Contents aren't read: a partial clone needn't have those of files that aren't checked out. */
const maxPaths = 200;
const maxCommits = 100;

/**
 * What would be lost with a worktree. Content counts, not the worktree's index, which an agent could have doctored: a
 * file is safe if it is as committed, or as in the baseline (what was applied is in the checkout). A commit is safe if
 * a branch, tag or remote has it, or its patch, or the content it made. What can't be looked at is at risk.
 */
export async function risksOf(git: Git, trees: Trees, copy: Copy): Promise<Risk[]> {
  if (copy.kind === "in-place") return [];
  if (!isFolder(copy.projectPath))
    return [
      unverified(
        `${copy.projectPath} isn't there, so nothing can be compared. Deleting the session leaves its files in ${copy.path}.`,
      ),
    ];
  const head = await headOf(git, copy);
  if (head === null) return [unverified("git doesn't list this worktree, so its commits can't be looked at.")];
  const present = isFolder(copy.path);
  const files = present ? await filesAtRisk(trees, copy, head) : ok([]);
  const ignored = present ? await ignoredAtRisk(git, { worktree: copy.path, project: copy.projectPath }) : ok([]);
  const commits = await commitsAtRisk(git, trees, copy, head);
  const submodules = await submodulesAtRisk(git, copy);
  return [
    ...(files.ok ? files.value : [unverified(`The files could not be looked at: ${files.error.message}`)]),
    ...(submodules.ok ? submodules.value : [unverified(`The submodules could not be looked at: ${submodules.error.message}`)]),
    ...(ignored.ok ? ignored.value : [unverified(`The ignored files could not be looked at: ${ignored.error.message}`)]),
    ...(commits.ok ? commits.value : [unverified(`The commits could not be looked at: ${commits.error.message}`)]),
  ];
}

async function headOf(git: Git, copy: Copy): Promise<string | null> {
  const listed = await listWorktrees(git, copy.projectPath);
  return listed.ok ? (listed.value.find((worktree) => worktree.path === copy.path)?.head ?? null) : null;
}

async function filesAtRisk(trees: Trees, copy: Copy, head: string): Promise<Result<Risk[], Failure>> {
  const ref = copyRef(copy);
  const now = await trees.snapshot(ref);
  if (!now.ok) return now;
  const headTree = await trees.treeOf(ref, head);
  if (!headTree.ok) return headTree;
  const sinceHead = await trees.diff(ref, headTree.value, now.value.tree, onlyPaths);
  if (!sinceHead.ok) return sinceHead;
  const sinceBaseline = await changedPaths(trees, copy, copy.baselineTree, now.value.tree);
  if (!sinceBaseline.ok) return sinceBaseline;
  const lost = sinceHead.value.filter((change) => sinceBaseline.value === null || sinceBaseline.value.has(change.path));
  const created = lost.filter((change) => change.operation === "create").map((change) => change.path);
  const edited = lost.filter((change) => change.operation !== "create").map((change) => change.path);
  const uncovered = await trees.notCovered(ref, now.value);
  if (!uncovered.ok) return uncovered;
  return ok([
    ...risk("uncommitted", edited, `${count(edited, "changed file")} neither committed nor applied.`),
    ...risk("untracked", created, `${count(created, "new file")} neither committed nor applied.`),
    ...notCoveredRisks(uncovered.value),
  ]);
}

/** No checkpoint has these, so deleting loses them for good. */
function notCoveredRisks(uncovered: readonly NotCovered[]): Risk[] {
  return [...Map.groupBy(uncovered.filter(mayHoldWork), whyNotCovered)].flatMap(([why, own]) => {
    const paths = own.map(({ path, bytes }) => (bytes > 0 ? `${path} (${sizeText(bytes)})` : path));
    return risk("not-covered", paths, `Not covered by checkpoints, and lost for good: ${why}.`);
  });
}

/** The repositories of submodules go with the worktree, also of those that aren't filled any more. */
async function submodulesAtRisk(git: Git, copy: Copy): Promise<Result<Risk[], { message: string }>> {
  const project = await findRepository(git, copy.projectPath);
  if (!project.ok || !project.value) return project.ok ? ok([]) : project;
  try {
    const names = await submodulesWithCommits(git, project.value.commonDir, copy.path);
    return ok(risk("not-covered", names, "Commits of submodules that no remote has, and that are lost for good."));
  } catch (error) {
    return { ok: false, error: { message: error instanceof Error ? error.message : String(error) } };
  }
}

async function commitsAtRisk(git: Git, trees: Trees, copy: Copy, head: string): Promise<Result<Risk[], Failure>> {
  const failed = (message: string): Result<Risk[], Failure> => ({ ok: false, error: { code: "GIT_FAILED", message } });
  const own = await unreachableCommits(git, copy.projectPath, head, maxCommits);
  if (!own.ok) return failed(own.error.message);
  if (own.value.length === 0) return ok([]);
  const upstream = await resolveCommit(git, copy.projectPath, "HEAD");
  if (!upstream.ok) return failed(upstream.error.message);
  if (upstream.value !== null) {
    const unmatched = await unmatchedPatches(git, copy.projectPath, upstream.value, head);
    if (!unmatched.ok) return failed(unmatched.error.message);
    if (unmatched.value.length === 0) return ok([]);
  }
  const paths = await unmergedPaths(trees, copy, head, upstream.value);
  if (!paths.ok) return paths;
  const many =
    own.value.length >= maxCommits
      ? `${maxCommits} or more commits are`
      : own.value.length === 1
        ? "1 commit is"
        : `${own.value.length} commits are`;
  return ok(risk("unmerged-commits", paths.value, `${many} on no branch and no remote.`));
}

/** Paths that the commits changed and whose content is neither in the project's HEAD (as after a squash) nor in the baseline. */
async function unmergedPaths(
  trees: Trees,
  copy: Copy,
  head: string,
  upstream: string | null,
): Promise<Result<string[], Failure>> {
  const ref = copyRef(copy);
  const [base, headTree, upstreamTree] = await Promise.all([
    trees.treeOf(ref, copy.baseCommit),
    trees.treeOf(ref, head),
    trees.treeOf(ref, upstream),
  ]);
  if (!base.ok) return base;
  if (!headTree.ok) return headTree;
  if (!upstreamTree.ok) return upstreamTree;
  const made = await trees.diff(ref, base.value, headTree.value, onlyPaths);
  if (!made.ok) return made;
  const notUpstream = await changedPaths(trees, copy, upstreamTree.value, headTree.value);
  if (!notUpstream.ok) return notUpstream;
  const notBaseline = await changedPaths(trees, copy, copy.baselineTree, headTree.value);
  if (!notBaseline.ok) return notBaseline;
  const differs = (from: Set<string> | null, path: string): boolean => from === null || from.has(path);
  return ok(
    made.value
      .map((change) => change.path)
      .filter((path) => differs(notUpstream.value, path) && differs(notBaseline.value, path)),
  );
}

/** Paths that differ between two trees; null (anything may) where there is no tree to compare with. */
async function changedPaths(
  trees: Trees,
  copy: Copy,
  from: string | null,
  to: string,
): Promise<Result<Set<string> | null, Failure>> {
  if (from === null) return ok(null);
  const changes = await trees.diff(copyRef(copy), from, to, onlyPaths);
  return changes.ok ? ok(new Set(changes.value.map((change) => change.path))) : changes;
}

function risk(kind: Risk["kind"], paths: string[], message: string): Risk[] {
  return paths.length === 0 ? [] : [{ kind, paths: paths.slice(0, maxPaths), message }];
}

function count(paths: string[], noun: string): string {
  return paths.length === 1 ? `1 ${noun} is` : `${paths.length} ${noun}s are`;
}

function unverified(message: string): Risk {
  return { kind: "unverified", paths: [], message };
}
