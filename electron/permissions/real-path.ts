import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import path from "node:path";
import { relativeInside } from "../lib/inside.ts";

/** Where a path leads, all links followed. `relative` is from the folder's real path, with `/`; null when outside. */
export type RealPath = { real: string; relative: string | null };

/** Linux gives up at 40 links as well. */
const maxLinks = 40;

/**
 * Finds where a path that need not exist would lead, dangling links and links on the way included.
 * Relative paths start at the folder. null: the path can't name a file, or its links don't end.
 */
export function realPathOf(folder: string, given: string): RealPath | null {
  if (given === "" || given.includes("\0")) return null;
  const root = follow(folder, 0);
  const real = follow(path.resolve(folder, given), 0);
  if (root === null || real === null) return null;
  return { real, relative: relativeInside(root, real) };
}

function follow(absolute: string, links: number): string | null {
  if (links > maxLinks) return null;
  try {
    return realpathSync.native(absolute);
  } catch (error) {
    if (!isMissing(error)) return null;
  }
  const target = linkTarget(absolute);
  if (target !== null) return follow(path.resolve(path.dirname(absolute), target), links + 1);
  const parent = path.dirname(absolute);
  if (parent === absolute) return absolute;
  const realParent = follow(parent, links);
  return realParent === null ? null : path.join(realParent, path.basename(absolute));
}

/** What a dangling link points to; null for anything that isn't a link. */
function linkTarget(absolute: string): string | null {
  try {
    return lstatSync(absolute).isSymbolicLink() ? readlinkSync(absolute) : null;
  } catch {
    return null; // Nothing there: an ordinary missing file.
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
