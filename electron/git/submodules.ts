import { existsSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import { refusedPath } from "../lib/path-guard.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";
import { looksBare } from "./repository.ts";
import { listLinks, listTree } from "./trees.ts";

/** Where a tree points at a commit of another repository. `name`: what `.gitmodules` calls it, from which git makes a path. */
export type Submodule = { path: string; commit: string; name: string | null };

export async function listSubmodules(git: Git, place: GitPlace, tree: string): Promise<Result<Submodule[], GitFailure>> {
  const links = await listLinks(git, place, tree);
  if (!links.ok || links.value.length === 0) return links.ok ? ok([]) : links;
  const names = await namesByPath(git, place, tree);
  return ok(links.value.map((link) => ({ path: link.path, commit: link.oid, name: names.get(link.path) ?? null })));
}

/** A file that git can't read names none. */
async function namesByPath(git: Git, place: GitPlace, tree: string): Promise<Map<string, string>> {
  const entries = await listTree(git, place, tree, [".gitmodules"]);
  const file = entries.ok ? entries.value.find(({ mode }) => mode.startsWith("100")) : undefined;
  if (!file) return new Map();
  const listed = await git.run(["config", `--blob=${file.oid}`, "--list", "-z"], place);
  if (!listed.ok) return new Map();
  const entriesOf = listed.value.stdout.toString("utf8").split("\0");
  return new Map(
    entriesOf.flatMap((entry) => {
      const named = /^submodule\.(.+)\.path\n(.*)$/s.exec(entry);
      return named?.[1] && named[2] ? [[named[2], named[1]] as const] : [];
    }),
  );
}

/**
 * Where a git folder keeps the submodule of this name, which comes from outside; null for a name that leads elsewhere, or
 * into the folder of another submodule.
 */
export function moduleFolder(gitDir: string, name: string): string | null {
  if (refusedPath(name) !== null) return null;
  const root = path.join(realpathSync(gitDir), "modules");
  const parts = name.split("/");
  const isInAnother = parts.slice(1).some((_, at) => looksBare(path.join(root, ...parts.slice(0, at + 1))));
  return isInAnother ? null : path.join(root, ...parts);
}

/** The same, where a repository is there, and no link leads to it. */
export function existingModule(gitDir: string, name: string): string | null {
  const at = moduleFolder(gitDir, name);
  if (at === null || !existsSync(at) || !statSync(at).isDirectory()) return null;
  return realpathSync(at) === at && looksBare(at) ? at : null;
}

/** A folder of the worktree that no link leads to. */
export function isOwnFolder(worktree: string, folder: string): boolean {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false;
  return realpathSync(folder) === path.join(realpathSync(worktree), path.relative(worktree, folder));
}
