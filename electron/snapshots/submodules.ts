import { existsSync } from "node:fs";
import path from "node:path";
import type { NotCovered } from "../../shared/not-covered.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { hasWorkInside } from "../git/inner-work.ts";
import type { GitPlace } from "../git/place.ts";
import { listLinks } from "../git/trees.ts";

/** Of the submodules of a tree that are checked out in the place, those in which something is that no other place has. */
export async function submodulesWithWork(git: Git, place: GitPlace, tree: string): Promise<Result<NotCovered[], GitFailure>> {
  const links = await listLinks(git, place, tree);
  if (!links.ok) return links;
  const found: NotCovered[] = [];
  for (const at of links.value) {
    const folder = path.join(place.cwd, at);
    // What can't be looked into may hold work.
    if (existsSync(path.join(folder, ".git")) && (await hasWorkInside(git, folder)))
      found.push({ path: `${at}/`, bytes: 0, why: "submodule" });
  }
  return ok(found);
}
