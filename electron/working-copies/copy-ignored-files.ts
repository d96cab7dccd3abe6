import { constants, copyFileSync, lstatSync, mkdirSync } from "node:fs";
import path from "node:path";
import { encodePath } from "../../shared/path-text.ts";
import type { Git } from "../git/git.ts";
import { ignoredOf } from "../git/ignored.ts";
import { listMatchingUntracked } from "../git/list-files.ts";

/** How copying ended: how many files came, whether git would list any of them as new, and what kept others out. */
export type CopiedFiles = { files: number; visible: boolean; problem: string | null };

const maxFiles = 5000;

/**
 * Copies what a checkout leaves behind and people need to work: `.env*`, and (in a trusted project) what
 * `.worktreeinclude` names. Copy-on-write where the disk can. Only regular files, never through a link on either side,
 * never over a file that is there.
 */
export async function copyIgnoredFiles(git: Git, from: string, to: string, options: { trusted: boolean }): Promise<CopiedFiles> {
  const include = path.join(from, ".worktreeinclude");
  const patternFile = options.trusted && isFile(include) ? include : null;
  const listed = await listMatchingUntracked(git, from, { patterns: [".env", ".env.*"], patternFile });
  if (!listed.ok) return { files: 0, visible: false, problem: `Local files could not be listed: ${listed.error.message}` };
  const copied: string[] = [];
  let problem: string | null = null;
  for (const name of listed.value.slice(0, maxFiles)) {
    const outcome = copyOne(from, to, name);
    if (outcome === "copied") copied.push(name);
    else if (outcome !== "skipped") problem ??= `${name} could not be copied: ${outcome.reason}`;
  }
  if (listed.value.length > maxFiles) problem ??= `Only the first ${maxFiles} local files were copied.`;
  const ignored = await ignoredOf(git, { cwd: to, env: {} }, copied, { tracked: false });
  return { files: copied.length, visible: !ignored.ok || ignored.value.length < copied.length, problem };
}

function copyOne(from: string, to: string, name: string): "copied" | "skipped" | { reason: string } {
  const parts = name.split("/");
  if (parts.some((part) => part === ".." || part.toLowerCase() === ".git")) return "skipped";
  const source = join(from, name);
  try {
    if (!lstatSync(source).isFile() || !ownFolders(from, parts)) return "skipped";
    if (!ownFolders(to, parts, "make")) return "skipped";
    copyFileSync(source, join(to, name), constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    return "copied";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return "skipped";
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether all folders on the way to the file are real ones, made where they are missing if asked. */
function ownFolders(root: string, parts: string[], missing: "make" | "refuse" = "refuse"): boolean {
  for (let depth = 1; depth < parts.length; depth += 1) {
    const at = join(root, parts.slice(0, depth).join("/"));
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (!stat && missing === "make") mkdirSync(at);
    else if (!stat?.isDirectory()) return false;
  }
  return true;
}

/** A path whose name may hold bytes that aren't UTF-8. */
function join(root: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), encodePath(name)]);
}

function isFile(target: string): boolean {
  return lstatSync(target, { throwIfNoEntry: false })?.isFile() ?? false;
}
