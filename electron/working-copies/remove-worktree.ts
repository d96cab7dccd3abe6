import { existsSync, readdirSync, rmdirSync, unlinkSync } from "node:fs";
import { rename } from "node:fs/promises";
import path from "node:path";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { listWorktrees, removeWorktree } from "../git/worktree.ts";
import type { Log } from "../lib/log.ts";
import { deleteAside, listAside, moveAside, obstacleIn } from "./delete-folder.ts";
import { isFolder, isOwnWorktreePath } from "./worktree-path.ts";

export type Removal = { projectPath: string; worktreeRoot: string; target: string };
type Outcome = Result<null, Failure<"WORKTREE_FAILED">>;

/**
 * The only way a worktree's folder is deleted: only if it lies under our root without a link on the way, git lists it, it
 * isn't the main working copy, and all of it can go. Whole or not at all: it is moved aside in one step, and put back
 * where git keeps its entry.
 */
export async function removeGuarded(
  git: Git,
  { projectPath, worktreeRoot, target }: Removal,
  log: Pick<Log, "warn">,
): Promise<Outcome> {
  const refuse = (reason: string): Outcome => failure("WORKTREE_FAILED", `${target} was left alone: ${reason}`);
  if (!isOwnWorktreePath(worktreeRoot, target)) return refuse("it isn't, or isn't only, inside Hearth's folder for worktrees.");
  const listed = await listWorktrees(git, projectPath);
  if (!listed.ok) return refuse(`git can't list the worktrees of ${projectPath} (${listed.error.message}).`);
  const entry = listed.value.find((worktree) => worktree.path === target);
  if (!entry) return existsSync(target) ? refuse("git doesn't list it as a worktree of this project.") : ok(null);
  if (entry.main) return refuse("it is the project's main working copy.");
  if (!isFolder(target)) return forget(git, projectPath, target, refuse);
  let aside: string;
  try {
    const obstacle = await obstacleIn(target);
    if (obstacle !== null) return refuse(`${obstacle}.`);
    aside = await moveAside(target);
  } catch (error) {
    return refuse(`it can't be moved away (${error instanceof Error ? error.message : String(error)}).`);
  }
  const forgotten = await forget(git, projectPath, target, refuse);
  if (!forgotten.ok) {
    await rename(aside, target);
    return forgotten;
  }
  await deleteLogged(aside, log);
  removeEmpty(path.dirname(target));
  return ok(null);
}

/** Takes git's entry of a worktree away, whose folder is gone. */
async function forget(git: Git, projectPath: string, target: string, refuse: (reason: string) => Outcome): Promise<Outcome> {
  const removed = await removeWorktree(git, projectPath, target);
  return removed.ok ? ok(null) : refuse(`git could not forget it (${removed.error.message}).`);
}

/** What can't be deleted now waits, out of everyone's way, for the next start. */
async function deleteLogged(aside: string, log: Pick<Log, "warn">): Promise<void> {
  try {
    await deleteAside(aside);
  } catch (error) {
    log.warn("worktree.delete-failed", { folder: aside, message: error instanceof Error ? error.message : String(error) });
  }
}

/** At start: deletes what an earlier core moved aside. */
export async function sweepAside(worktreeRoot: string, log: Pick<Log, "warn">): Promise<void> {
  for (const project of readdirSync(worktreeRoot, { withFileTypes: true })) {
    if (!project.isDirectory()) continue;
    const folder = path.join(worktreeRoot, project.name);
    for (const aside of await listAside(folder)) if (isOwnWorktreePath(worktreeRoot, aside)) await deleteLogged(aside, log);
    removeEmpty(folder);
  }
}

/** Takes back a worktree whose making was cut off before it had files: at most its `.git` file is there. */
export async function undoHalfMade(git: Git, removal: Removal, log: Pick<Log, "warn">): Promise<Outcome> {
  const { target, worktreeRoot } = removal;
  if (isOwnWorktreePath(worktreeRoot, target) && isFolder(target)) {
    const inside = readdirSync(target);
    if (inside.every((name) => name === ".git") && (inside.length === 0 || !isFolder(path.join(target, ".git")))) {
      for (const name of inside) unlinkSync(path.join(target, name));
      rmdirSync(target);
    }
  }
  return removeGuarded(git, removal, log);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another session's worktree is in it, which keeps it.
  }
}
