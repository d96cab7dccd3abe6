import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Git } from "./git.ts";
import { hasOwnCommits } from "./inner-work.ts";
import type { GitPlace } from "./place.ts";
import { looksBare } from "./repository.ts";

/**
 * Names of the submodules, filled or not, whose commits go with the worktree at `target`: git keeps their repositories in
 * its own folder of that worktree, also after a `deinit`. `commonDir` is the project's.
 */
export async function submodulesWithCommits(git: Git, commonDir: string, target: string): Promise<string[]> {
  const gitDir = gitFolderOf(commonDir, target);
  const found: string[] = [];
  if (gitDir === null) return found;
  for (const { name, at } of modulesBelow(gitDir)) {
    const own = path.join(commonDir, path.relative(gitDir, at));
    if (await hasOwnCommits(git, placeOf(at), placeOf(own))) found.push(name);
  }
  return found;
}

/** As the repository knows it, whatever the worktree's own files say; null where it knows none. */
function gitFolderOf(commonDir: string, target: string): string | null {
  const root = path.join(commonDir, "worktrees");
  const isOfTarget = (entry: string): boolean => {
    const at = path.join(entry, "gitdir");
    return existsSync(at) && path.resolve(entry, readFileSync(at, "utf8").trim()) === path.join(target, ".git");
  };
  return foldersIn(root).find(isOfTarget) ?? null;
}

/** A module's name may have slashes in it, and modules have their own. */
function modulesBelow(gitDir: string, prefix = ""): { name: string; at: string }[] {
  const walk = (folder: string, before: string): { name: string; at: string }[] =>
    foldersIn(folder).flatMap((at) => {
      const name = `${before}${path.basename(at)}`;
      return looksBare(at) ? [{ name, at }, ...modulesBelow(at, `${name}/`)] : walk(at, `${name}/`);
    });
  return walk(path.join(gitDir, "modules"), prefix);
}

/** Links aren't followed. */
function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
}

/** Its work tree may be gone, where git would go first. */
function placeOf(module: string): GitPlace {
  return { cwd: module, env: { GIT_DIR: module, GIT_WORK_TREE: module } };
}
