import { existsSync } from "node:fs";
import path from "node:path";
import { decodePaths } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import { withoutFilters } from "./config.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";
import { treeOfCommit, listLinks } from "./trees.ts";
import { bareEnv } from "./repository.ts";

const maxDepth = 5;
const lookMs = 10_000;
const look = ["status", "--porcelain", "-z", "--untracked-files=normal", "--ignore-submodules=dirty", "--no-renames"];

/**
 * Whether a repository inside another holds what is nowhere else: changed or new files, commits that no remote has. Its
 * own filters, hooks and monitors don't run, and it isn't git that goes into the submodules in it, since that would run
 * under their settings. What can't be looked at counts as work. `own`: where the project has the same.
 */
export async function hasWorkInside(git: Git, folder: string, own: string, depth = 0): Promise<boolean> {
  const place = { cwd: folder, env: bareEnv(folder) };
  const filtersOff = await withoutFilters(git, folder);
  if (!filtersOff.ok || depth > maxDepth) return true;
  const [status, commits] = await Promise.all([
    git.run(look, { ...place, env: { ...place.env, ...filtersOff.value } }),
    hasOwnCommits(git, place, { cwd: own, env: bareEnv(own) }),
  ]);
  if (!status.ok || status.value.stdout.length > 0 || commits) return true;
  const links = await filledLinks(git, folder);
  if (!links.ok) return true;
  for (const link of links.value)
    if (await hasWorkInside(git, path.join(folder, link), path.join(own, link), depth + 1)) return true;
  return false;
}

/** Files that are changed or new in a repository inside another, likewise; a folder of new ones by its name. Null: who knows. */
export async function changedInside(git: Git, folder: string): Promise<string[] | null> {
  const filtersOff = await withoutFilters(git, folder);
  if (!filtersOff.ok) return null;
  const env = { ...bareEnv(folder), ...filtersOff.value };
  const status = await git.run(look, { cwd: folder, env, timeoutMs: lookMs });
  if (!status.ok) return null;
  // `XY path`; without looking for renames there is one path each.
  return decodePaths(status.value.stdout).map((entry) => entry.slice(3));
}

/**
 * Whether a commit is in it that no remote has, on a branch, a tag, the stash or wherever else. Tags that the project's own
 * has are nobody's work: releases often lie on no branch.
 */
export async function hasOwnCommits(git: Git, place: GitPlace, own: GitPlace): Promise<boolean> {
  const tags = existsSync(own.cwd) ? await git.run(["for-each-ref", "--format=^%(objectname)", "refs/tags"], own) : null;
  const known = tags?.ok ? tags.value.stdout : "";
  const asked = ["rev-list", "--max-count=1", "--ignore-missing", "--all", "--not", "--remotes", "--stdin"];
  const listed = await git.run(asked, { ...place, input: known });
  return !listed.ok || listed.value.stdout.length > 0;
}

/** Submodules with files in them, of what is checked out in the folder, at any depth. */
export async function filledSubmodules(git: Git, folder: string, depth = 0): Promise<Result<string[], GitFailure>> {
  const links = await filledLinks(git, folder);
  if (!links.ok || depth > maxDepth) return links;
  const found: string[] = [];
  for (const link of links.value) {
    const inner = await filledSubmodules(git, path.join(folder, link), depth + 1);
    if (!inner.ok) return inner;
    found.push(link, ...inner.value.map((at) => `${link}/${at}`));
  }
  return ok(found);
}

async function filledLinks(git: Git, folder: string): Promise<Result<string[], GitFailure>> {
  const place = { cwd: folder, env: bareEnv(folder) };
  const head = await treeOfCommit(git, place, "HEAD");
  if (!head.ok || head.value === null) return head.ok ? ok([]) : head;
  const links = await listLinks(git, place, head.value);
  if (!links.ok) return links;
  return ok(links.value.map((link) => link.path).filter((at) => existsSync(path.join(folder, at, ".git"))));
}
