import { existsSync, lstatSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import { readRegular } from "../lib/read-regular.ts";
import type { Git, GitFailure } from "./git.ts";
import { findRepository } from "./repository.ts";
import { existingModule, isOwnFolder, listSubmodules } from "./submodules.ts";
import { treeOfCommit } from "./trees.ts";

const maxDepth = 5;
const maxPointerBytes = 64 * 1024;

/** Joins the submodules that are filled in a worktree with their repositories again, after the project was moved. */
export async function repairSubmodules(git: Git, worktree: string): Promise<Result<null, GitFailure>> {
  const found = await findRepository(git, worktree);
  return found.ok && found.value ? repairBelow(git, worktree, found.value.gitDir, 0) : found.ok ? ok(null) : found;
}

async function repairBelow(git: Git, worktree: string, gitDir: string, depth: number): Promise<Result<null, GitFailure>> {
  const place = { cwd: worktree, env: {} };
  const tree = await treeOfCommit(git, place, "HEAD");
  if (!tree.ok || tree.value === null || depth > maxDepth) return tree.ok ? ok(null) : tree;
  const submodules = await listSubmodules(git, place, tree.value);
  if (!submodules.ok) return submodules;
  for (const { path: at, name } of submodules.value) {
    const folder = path.join(worktree, at);
    const module = name === null ? null : existingModule(gitDir, name);
    if (module === null || !isOwnFolder(worktree, folder)) continue;
    const repaired = await repairOne(git, folder, module);
    const inner = repaired.ok && repaired.value ? await repairBelow(git, folder, module, depth + 1) : repaired;
    if (!inner.ok) return inner;
  }
  return ok(null);
}

/** Whether they belong together. A pointer to what is there is somebody's own, and stays. */
async function repairOne(git: Git, folder: string, module: string): Promise<Result<boolean, GitFailure>> {
  const pointer = path.join(folder, ".git");
  const named = lstatSync(pointer, { throwIfNoEntry: false })?.isFile()
    ? readRegular(pointer, maxPointerBytes)?.toString("utf8").trim()
    : undefined;
  if (!named?.startsWith("gitdir:")) return ok(false);
  const target = path.resolve(folder, named.slice("gitdir:".length).trim());
  if (target !== module && existsSync(target)) return ok(false);
  rmSync(pointer);
  writeFileSync(pointer, `gitdir: ${module}\n`, { flag: "wx" });
  const config = ["config", "--file", path.join(module, "config"), "core.worktree", path.relative(module, folder)];
  const set = await git.run(config, { cwd: path.dirname(folder) });
  return set.ok ? ok(true) : set;
}
