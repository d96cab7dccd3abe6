import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";

/** Where git keeps what belongs to a folder. `topLevel` is null in a bare repository. */
export type Repository = { topLevel: string | null; gitDir: string; commonDir: string };

/** The repository that `folder` is in, null where there is none. Git's own refusals (another owner, damage) are failures. */
export async function findRepository(git: Git, folder: string): Promise<Result<Repository | null, GitFailure>> {
  const whole = await askRepository(git, folder, "--show-toplevel");
  if (whole.ok) return ok({ ...whole.value.folders, topLevel: whole.value.last });
  if (isNoRepository(whole.error) && !existsSync(path.join(folder, ".git"))) return ok(null);
  if (!hasNoFiles(whole.error)) return whole;
  const bare = await askRepository(git, folder, "--is-bare-repository");
  if (!bare.ok) return bare;
  return bare.value.last === "true" ? ok({ ...bare.value.folders, topLevel: null }) : whole;
}

/** Git repeats what it doesn't know: so names with line ends in them are told apart. */
const apart = "--hearth";

async function askRepository(
  git: Git,
  folder: string,
  last: string,
): Promise<Result<{ folders: { gitDir: string; commonDir: string }; last: string }, GitFailure>> {
  const asked = await git.run(["rev-parse", "--path-format=absolute", "--git-dir", apart, "--git-common-dir", apart, last], {
    cwd: folder,
    env: bareEnv(folder),
  });
  if (!asked.ok) return asked;
  const [gitDir = "", commonDir = "", answer = ""] = line(asked.value.stdout).split(`\n${apart}\n`);
  return ok({ folders: { gitDir, commonDir }, last: answer });
}

/** It is bare, or the folder is one of git's own. */
function hasNoFiles(failure: GitFailure): boolean {
  return failure.exitCode === 128 && /must be run in a work tree/.test(failure.stderr);
}

/** Whether files are checked out at `folder`; not in a bare repository, nor at the root that only holds its worktrees. */
export async function hasCheckout(git: Git, folder: string): Promise<Result<boolean, GitFailure>> {
  const asked = await git.run(["rev-parse", "--is-bare-repository"], { cwd: folder, env: bareEnv(folder), exitCodes: [0, 128] });
  return asked.ok ? ok(line(asked.value.stdout) !== "true") : asked;
}

function isNoRepository(failure: GitFailure): boolean {
  return failure.exitCode === 128 && /not a git repository/.test(failure.stderr);
}

/**
 * A bare repository is only used where its folder is named outright (`safe.bareRepository=explicit`): one that lies
 * hidden inside a project must never be picked up by git's search. Returns the environment for calls in `folder`.
 */
export function bareEnv(folder: string): Record<string, string> {
  return looksBare(folder) ? { GIT_DIR: folder } : {};
}

/** Whether a folder is itself one of git's, by what lies in it. */
export function looksBare(folder: string): boolean {
  const isGit =
    existsSync(path.join(folder, "HEAD")) && isFolder(path.join(folder, "objects")) && isFolder(path.join(folder, "refs"));
  return isGit && !existsSync(path.join(folder, ".git"));
}

function isFolder(target: string): boolean {
  return statSync(target, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A single path or word of git's output; only the line's end is taken off, since names may end in spaces. */
export function line(output: Buffer): string {
  return output.toString("utf8").replace(/\r?\n$/, "");
}

/** The first commit of HEAD's history, by which a moved repository is known again; null without commits. */
export async function rootCommit(git: Git, folder: string): Promise<Result<string | null, GitFailure>> {
  const env = bareEnv(folder);
  const head = await git.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { cwd: folder, env, exitCodes: [0, 1, 128] });
  if (!head.ok) return head;
  if (head.value.exitCode !== 0) return ok(null);
  const roots = await git.run(["rev-list", "--max-parents=0", line(head.value.stdout)], { cwd: folder, env, timeoutMs: 60_000 });
  if (!roots.ok) return roots;
  // Histories may have been joined; the smallest id is the same whichever branch is checked out after a merge.
  return ok(roots.value.stdout.toString("latin1").split("\n").filter(Boolean).toSorted()[0] ?? null);
}

/** The commit that `ref` names, null where it names none. Anything that git could take for an option or a range is none. */
export async function resolveCommit(git: Git, folder: string, ref: string): Promise<Result<string | null, GitFailure>> {
  return isPlainRef(ref)
    ? findId(git, folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`])
    : ok(null);
}

/** The id that git prints and nothing else; null where it finds none. */
export async function findId(git: Git, folder: string, args: readonly string[]): Promise<Result<string | null, GitFailure>> {
  const found = await git.run(args, { cwd: folder, env: bareEnv(folder), exitCodes: [0, 1, 128] });
  if (!found.ok) return found;
  const id = line(found.value.stdout);
  return ok(found.value.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(id) ? id : null);
}

/** Whether a commit has a folder of this path. */
export async function hasFolder(git: Git, top: string, commit: string, folder: string): Promise<Result<boolean, GitFailure>> {
  const found = await git.run(["cat-file", "-t", `${commit}:${folder}`], { cwd: top, env: bareEnv(top), exitCodes: [0, 128] });
  return found.ok ? ok(found.value.exitCode === 0 && line(found.value.stdout) === "tree") : found;
}

/** Branches, tags, commit ids and `HEAD~2`; no options, ranges, reflog or message searches. */
export function isPlainRef(ref: string): boolean {
  return (
    ref.length <= 300 &&
    /^[^-:^?*[\\\s\u0000-\u001f\u007f][^:?*[\\\s\u0000-\u001f\u007f]*$/.test(ref) &&
    !ref.includes("..") &&
    !ref.includes("@{")
  );
}

/** The branch that is checked out, null where HEAD is detached. On an unborn branch its name is known too. */
export async function currentBranch(git: Git, folder: string): Promise<Result<string | null, GitFailure>> {
  const head = await git.run(["symbolic-ref", "--quiet", "--short", "HEAD"], {
    cwd: folder,
    env: bareEnv(folder),
    exitCodes: [0, 1],
  });
  if (!head.ok) return head;
  return ok(head.value.exitCode === 0 ? line(head.value.stdout) : null);
}

/** Commits of `commit` that no branch, tag or remote branch has, newest first, at most `limit`. */
export async function unreachableCommits(
  git: Git,
  folder: string,
  commit: string,
  limit: number,
): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["rev-list", `--max-count=${limit}`, commit, "--not", "--branches", "--tags", "--remotes"], {
    cwd: folder,
    env: bareEnv(folder),
  });
  if (!listed.ok) return listed;
  return ok(listed.value.stdout.toString("latin1").split("\n").filter(Boolean));
}

/** Of the commits in `commit` and not in `upstream`, those without a commit of the same patch there. */
export async function unmatchedPatches(
  git: Git,
  folder: string,
  upstream: string,
  commit: string,
): Promise<Result<string[], GitFailure>> {
  const cherry = await git.run(["cherry", upstream, commit], { cwd: folder, env: bareEnv(folder) });
  if (!cherry.ok) return cherry;
  const lines = cherry.value.stdout.toString("latin1").split("\n");
  return ok(lines.filter((text) => text.startsWith("+ ")).map((text) => text.slice(2)));
}

/** Whether git failed for want of room. */
export function gitFailureIsFull(failure: GitFailure): boolean {
  return /no space left on device|disk quota exceeded/i.test(failure.stderr);
}

/** A git failure in the words of a closed code. */
export function gitMessage(what: string, failure: GitFailure): string {
  return failure.type === "git-missing" ? `git could not be started: ${failure.message}` : `${what}: ${failure.message}`;
}
