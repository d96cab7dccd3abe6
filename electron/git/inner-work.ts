import { existsSync } from "node:fs";
import path from "node:path";
import { withoutFilters } from "./config.ts";
import type { Git } from "./git.ts";
import { treeOfCommit, listLinks } from "./trees.ts";
import { bareEnv } from "./repository.ts";

const maxDepth = 5;

/**
 * Whether a repository inside another holds what is nowhere else: changed or new files, commits that no remote has. Its
 * own filters, hooks and monitors don't run, and it isn't git that goes into the submodules in it, since that would run
 * under their settings. What can't be looked at counts as work.
 */
export async function hasWorkInside(git: Git, folder: string, depth = 0): Promise<boolean> {
  const place = { cwd: folder, env: bareEnv(folder) };
  const filtersOff = await withoutFilters(git, folder);
  if (!filtersOff.ok || depth > maxDepth) return true;
  const look = ["status", "--porcelain", "-z", "--untracked-files=normal", "--ignore-submodules=dirty"];
  const [status, commits] = await Promise.all([
    git.run(look, { ...place, env: { ...place.env, ...filtersOff.value } }),
    git.run(["rev-list", "--max-count=1", "HEAD", "--branches", "--not", "--remotes"], { ...place, exitCodes: [0, 128] }),
  ]);
  if (!status.ok || status.value.stdout.length > 0 || !commits.ok || commits.value.stdout.length > 0) return true;
  const head = await treeOfCommit(git, place, "HEAD");
  if (!head.ok || head.value === null) return !head.ok;
  const links = await listLinks(git, place, head.value);
  if (!links.ok) return true;
  for (const link of links.value) {
    const inner = path.join(folder, link.path);
    if (existsSync(path.join(inner, ".git")) && (await hasWorkInside(git, inner, depth + 1))) return true;
  }
  return false;
}
