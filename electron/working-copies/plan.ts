import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { currentBranch, findRepository, gitMessage, hasFolder, resolveCommit } from "../git/repository.ts";
import type { ProjectFacts } from "../projects/project-records.ts";
import { isFolder } from "./worktree-path.ts";

export type WantedCopy = { projectId: string; kind: "worktree" | "in-place"; base: string | undefined };
export type CopyPlan = {
  project: ProjectFacts;
  kind: "worktree" | "in-place";
  baseCommit: string | null;
  baseRef: string | null;
  branch: string | null;
};
export type PlanFailure = Failure<
  "INPUT_INVALID" | "PROJECT_NOT_FOUND" | "PROJECT_PATH_MISSING" | "BASE_NOT_FOUND" | "WORKTREE_FAILED"
>;

/** Decides what a working copy will be, before anything is made; every way it can't be is told with what can be done instead. */
export async function planCopy(
  git: Git,
  project: ProjectFacts | null,
  wanted: WantedCopy,
): Promise<Result<CopyPlan, PlanFailure>> {
  if (!project)
    return failure("PROJECT_NOT_FOUND", "This project isn't in Hearth. Add its folder first.", { field: "projectId" });
  if (!isFolder(project.path))
    return failure(
      "PROJECT_PATH_MISSING",
      `${project.path} isn't there. If the folder was moved, locate it again; nothing of the project is lost.`,
    );
  return wanted.kind === "in-place" ? planInPlace(git, project) : planWorktree(git, project, wanted.base);
}

async function planInPlace(git: Git, project: ProjectFacts): Promise<Result<CopyPlan, PlanFailure>> {
  if (project.kind === "folder") return ok({ project, kind: "in-place", baseCommit: null, baseRef: null, branch: null });
  const repository = await findRepository(git, project.path);
  if (!repository.ok) return failed(gitMessage("git refuses this folder", repository.error));
  if (repository.value?.topLevel === null)
    return notSuchACopy("This repository is bare: there are no files to work on in place. Choose a worktree.");
  const [head, branch] = await Promise.all([resolveCommit(git, project.path, "HEAD"), currentBranch(git, project.path)]);
  if (!head.ok) return failed(gitMessage("git can't read HEAD", head.error));
  if (!branch.ok) return failed(gitMessage("git can't read HEAD", branch.error));
  return ok({ project, kind: "in-place", baseCommit: head.value, baseRef: branch.value, branch: branch.value });
}

async function planWorktree(git: Git, project: ProjectFacts, base: string | undefined): Promise<Result<CopyPlan, PlanFailure>> {
  if (project.kind === "folder")
    return notSuchACopy(
      "This folder isn't a git repository, so it can't have worktrees. Start the session in place, or run `git init` and commit first.",
    );
  const ref = base ?? "HEAD";
  const commit = await resolveCommit(git, project.path, ref);
  if (!commit.ok) return failed(gitMessage(`git can't look up ${ref}`, commit.error));
  if (commit.value !== null) {
    const missing = await folderMissing(git, project, { ref, commit: commit.value, isChosen: base !== undefined });
    if (missing) return missing;
    const branch = base === undefined ? await currentBranch(git, project.path) : ok(base);
    return ok({ project, kind: "worktree", baseCommit: commit.value, baseRef: (branch.ok && branch.value) || ref, branch: null });
  }
  const head = base === undefined ? null : await resolveCommit(git, project.path, "HEAD");
  if (head === null || !head.ok || head.value === null)
    return notSuchACopy(
      "This repository has no commits yet, so there is nothing to make a worktree from. Start the session in place, or commit something first.",
    );
  return failure("BASE_NOT_FOUND", `There is no branch, tag or commit ${ref} in ${project.name}.`, { field: "base" });
}

/** A worktree has what is committed: the folder in which the project's agents begin must be. */
async function folderMissing(
  git: Git,
  { path, folder }: ProjectFacts,
  { ref, commit, isChosen }: { ref: string; commit: string; isChosen: boolean },
): Promise<Result<never, PlanFailure> | null> {
  if (folder === "") return null;
  const found = await hasFolder(git, path, commit, folder);
  if (!found.ok) return failed(gitMessage(`git can't look up ${folder}`, found.error));
  if (found.value) return null;
  return isChosen
    ? failure("BASE_NOT_FOUND", `There is no folder ${folder} in ${ref}, and agents of this project begin there.`, {
        field: "base",
      })
    : notSuchACopy(`${folder} isn't committed, so a worktree wouldn't have it. Start the session in place, or commit it first.`);
}

/** The project can't have the kind that was asked for, and can have the other. */
function notSuchACopy(message: string): Result<never, PlanFailure> {
  return failure("INPUT_INVALID", message, { field: "workingCopy" });
}

function failed(message: string): Result<never, PlanFailure> {
  return failure("WORKTREE_FAILED", message);
}
