import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { readRegular } from "../lib/read-regular.ts";
import { realFolder } from "../lib/real-folder.ts";
import { looksBare } from "./repository.ts";

/** Real paths of the folders in which git keeps what belongs to a working tree; none in a plain folder. Runs nothing. */
export function gitFoldersOf(root: string): string[] {
  if (looksBare(root)) return [realpathSync(root)];
  const own = gitFolderOf(path.join(root, ".git"));
  if (own === null) return [];
  const common = pointer(path.join(own, "commondir"));
  return [own, ...(common === null ? [] : [real(path.resolve(own, common))].flat())].filter((folder) => folder !== null);
}

/** `.git` is the folder itself, a link to it, or a file that names it. */
function gitFolderOf(at: string): string | null {
  const named = pointer(at);
  return named?.startsWith("gitdir:") ? real(path.resolve(path.dirname(at), named.slice("gitdir:".length).trim())) : real(at);
}

function pointer(at: string): string | null {
  return (
    readRegular(at, 64 * 1024)
      ?.toString("utf8")
      .trim() ?? null
  );
}

function real(at: string): string | null {
  return statSync(at, { throwIfNoEntry: false })?.isDirectory() ? realpathSync(at) : null;
}

/** The real path of the folder that the worktrees of a repository share; `folder` may lie below the top of one. */
export function commonFolderOf(folder: string): string | null {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const common = gitFoldersOf(at).at(-1);
    if (common !== undefined) return common;
    if (path.dirname(at) === at) return null;
  }
}

/**
 * Whether a folder is a worktree of the repository that `project` is in, by what lies in it: whoever writes in a
 * repository can enter any folder among its worktrees, but not make that folder's `.git` lead back to the entry.
 */
export function isWorktreeOf(project: string, folder: string): boolean {
  const common = commonFolderOf(project);
  const own = gitFolderOf(path.join(folder, ".git"));
  if (common === null || own === null) return false;
  if (isSame(own, common)) return true;
  const entered = pointer(path.join(own, "gitdir"));
  const shared = pointer(path.join(own, "commondir"));
  return (
    entered !== null &&
    shared !== null &&
    isSame(path.dirname(own), path.join(common, "worktrees")) &&
    isSame(path.resolve(own, shared), common) &&
    isSame(path.dirname(path.resolve(own, entered)), folder)
  );
}

function isSame(one: string, other: string): boolean {
  const found = realFolder(one);
  return found !== null && found === realFolder(other);
}
