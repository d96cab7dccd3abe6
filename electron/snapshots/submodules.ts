import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { NotCovered } from "../../shared/not-covered.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { hasWorkInside } from "../git/inner-work.ts";
import { listLinks } from "../git/trees.ts";
import type { CopyRef } from "./snapshot-store.ts";
import type { StoreFolder } from "./store-folder.ts";

/**
 * Of the submodules of a copy's tree those in which something is that no other place has, and in a worktree those that
 * are empty.
 */
export async function uncoveredSubmodules(
  git: Git,
  store: StoreFolder,
  copy: CopyRef,
  tree: string,
): Promise<Result<NotCovered[], GitFailure>> {
  const links = await listLinks(git, store.place(copy), tree);
  if (!links.ok) return links;
  const found: NotCovered[] = [];
  for (const link of links.value) {
    const why = await whyUncovered(git, copy, path.join(copy.path, link.path));
    if (why !== null) found.push({ path: `${link.path}/`, bytes: 0, why });
  }
  return ok(found);
}

async function whyUncovered(git: Git, copy: CopyRef, folder: string): Promise<"submodule" | "not-fetched" | null> {
  // What can't be looked into may hold work.
  if (existsSync(path.join(folder, ".git"))) return (await hasWorkInside(git, folder)) ? "submodule" : null;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
  // Git looks into no submodule that isn't filled.
  if (readdirSync(folder).length > 0) return "submodule";
  return copy.path === copy.projectPath ? null : "not-fetched";
}
