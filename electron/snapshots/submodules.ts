import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { NotCovered } from "../../shared/not-covered.ts";
import type { Git } from "../git/git.ts";
import { hasWorkInside } from "../git/inner-work.ts";
import { mapFew } from "../lib/map-few.ts";
import type { CopyRef } from "./snapshot-store.ts";

/** Git is run in so many at a time. */
const few = 4;

/** Of a copy's submodules those in which something is that no other place has, and in a worktree those that are empty. */
export async function uncoveredSubmodules(git: Git, copy: CopyRef, links: readonly { path: string }[]): Promise<NotCovered[]> {
  const found = await mapFew(links, few, async ({ path: at }) => ({ at, why: await whyUncovered(git, copy, at) }));
  return found.flatMap(({ at, why }) => (why === null ? [] : [{ path: `${at}/`, bytes: 0, why }]));
}

async function whyUncovered(git: Git, copy: CopyRef, at: string): Promise<"submodule" | "not-fetched" | null> {
  const folder = path.join(copy.path, at);
  const own = path.join(copy.projectPath, at);
  // What can't be looked into may hold work.
  if (existsSync(path.join(folder, ".git"))) return (await hasWorkInside(git, folder, own)) ? "submodule" : null;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
  // Git looks into no submodule that isn't filled.
  if (readdirSync(folder).length > 0) return "submodule";
  return copy.path === copy.projectPath ? null : "not-fetched";
}
