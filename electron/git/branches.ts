import { ok, type Result } from "../../shared/result.ts";
import { withoutFilters } from "./config.ts";
import type { Git, GitFailure } from "./git.ts";
import { bareEnv, findId, isPlainRef, line } from "./repository.ts";

/** Local branches, those with the latest commits first. */
export async function listBranches(git: Git, folder: string): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["for-each-ref", "--sort=-committerdate", "--format=%(refname:lstrip=2)", "refs/heads"], {
    cwd: folder,
    env: bareEnv(folder),
  });
  return listed.ok ? ok(listed.value.stdout.toString("utf8").split("\n").filter(Boolean)) : listed;
}

/** The commit that a local branch points at; null where there is no branch of this very name. */
export async function branchTip(git: Git, folder: string, branch: string): Promise<Result<string | null, GitFailure>> {
  const args = ["show-ref", "--verify", "--hash", "--end-of-options", `refs/heads/${branch}`];
  return isPlainRef(branch) ? findId(git, folder, args) : ok(null);
}

const statusTimeoutMs = 5000;

/** Whether a worktree has nothing changed, staged or untracked. No filter of the repository's runs for it. */
export async function isClean(git: Git, worktree: string): Promise<Result<boolean, GitFailure>> {
  const filtersOff = await withoutFilters(git, worktree);
  if (!filtersOff.ok) return filtersOff;
  const status = await git.run(["status", "--porcelain", "-z", "--ignore-submodules=all"], {
    cwd: worktree,
    env: filtersOff.value,
    timeoutMs: statusTimeoutMs,
  });
  return status.ok ? ok(status.value.stdout.length === 0) : status;
}

/** The first line of a commit's message. */
export async function subjectOf(git: Git, folder: string, commit: string): Promise<Result<string, GitFailure>> {
  const shown = await git.run(["show", "--no-patch", "--format=%s", "--end-of-options", commit], {
    cwd: folder,
    env: bareEnv(folder),
  });
  return shown.ok ? ok(line(shown.value.stdout)) : shown;
}
