import { existsSync, readdirSync, rmdirSync, unlinkSync } from "node:fs";
import path from "node:path";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { listWorktrees, removeWorktree } from "../git/worktree.ts";
import { isFolder, isOwnWorktreePath } from "./worktree-path.ts";

export type Removal = { projectPath: string; worktreeRoot: string; target: string };
type Outcome = Result<null, Failure<"WORKTREE_FAILED">>;

/**
 * The only way a worktree's folder is deleted: by git, and only if it lies under our root without a link on the way,
 * git lists it, and it isn't the main working copy. There is no second way when git refuses.
 */
export async function removeGuarded(git: Git, { projectPath, worktreeRoot, target }: Removal): Promise<Outcome> {
  const refuse = (reason: string): Outcome => failure("WORKTREE_FAILED", `${target} was left alone: ${reason}`);
  if (!isOwnWorktreePath(worktreeRoot, target)) return refuse("it isn't, or isn't only, inside Hearth's folder for worktrees.");
  const listed = await listWorktrees(git, projectPath);
  if (!listed.ok) return refuse(`git can't list the worktrees of ${projectPath} (${listed.error.message}).`);
  const entry = listed.value.find((worktree) => worktree.path === target);
  if (!entry) return existsSync(target) ? refuse("git doesn't list it as a worktree of this project.") : ok(null);
  if (entry.main) return refuse("it is the project's main working copy.");
  const removed = await removeWorktree(git, projectPath, target);
  if (!removed.ok) return refuse(`git could not remove it (${removed.error.message}).`);
  removeEmpty(path.dirname(target));
  return ok(null);
}

/** Takes back a worktree whose making was cut off before it had files: at most its `.git` file is there. */
export async function undoHalfMade(git: Git, removal: Removal): Promise<Outcome> {
  const { target, worktreeRoot } = removal;
  if (isOwnWorktreePath(worktreeRoot, target) && isFolder(target)) {
    const inside = readdirSync(target);
    if (inside.every((name) => name === ".git") && (inside.length === 0 || !isFolder(path.join(target, ".git")))) {
      for (const name of inside) unlinkSync(path.join(target, name));
      rmdirSync(target);
    }
  }
  return removeGuarded(git, removal);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another session's worktree is in it, which keeps it.
  }
}
