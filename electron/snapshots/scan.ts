import { accessSync, constants, lstatSync, type Stats } from "node:fs";
import type { NotCovered } from "../../shared/not-covered.ts";
import { encodePath } from "../../shared/path-text.ts";
import { refusedPath } from "../lib/path-guard.ts";
import type { NotedPermissions } from "./noted-permissions.ts";
import { nextTurn } from "../lib/slices.ts";

/**
 * `tiny`: those of `take` that are links, or have a byte at most. `behindLink`: a link stands where a folder of theirs was,
 * so they are gone, whatever is found behind it; git takes no such path.
 */
export type Scan = { take: string[]; tiny: string[]; behindLink: string[]; tooLarge: NotCovered[]; skipped: NotCovered[] };

/**
 * Sorts paths of a folder into what a snapshot takes, what is over the limit, and what it leaves out by its nature:
 * a repository inside (not ours to look into), a name that could never be restored, a file we may not read.
 * Notes what permissions they have. Yields now and then, since there may be 100,000. `careful`: the system is asked whether
 * each can be read; else its owner takes its mode's word.
 */
export async function scan(
  folder: string,
  paths: readonly string[],
  { maxBytes, noted, careful }: { maxBytes: number; noted: NotedPermissions; careful: boolean },
): Promise<Scan> {
  const found: Scan = { take: [], tiny: [], behindLink: [], tooLarge: [], skipped: [] };
  const links = new Map<string, boolean>();
  for (const [at, path] of paths.entries()) {
    if (at % 500 === 499) await nextTurn();
    if (path.endsWith("/") || refusedPath(path) !== null) {
      found.skipped.push({ path, bytes: 0, why: path.endsWith("/") ? "repository" : "name" });
      continue;
    }
    if (isBehindLink(folder, path, links)) {
      found.behindLink.push(path);
      continue;
    }
    const place = Buffer.from(encodePath(`${folder}/${path}`));
    const stat = look(place);
    if (stat?.isFile()) noted.see(path, stat.mode);
    if (stat?.isFile() && stat.size > maxBytes) found.tooLarge.push({ path, bytes: stat.size, why: "too-large" });
    else if (stat?.isFile() && !((!careful && isOwners(stat)) || readable(place)))
      found.skipped.push({ path, bytes: stat.size, why: "unreadable" });
    else {
      found.take.push(path);
      if (stat?.isSymbolicLink() || (stat?.isFile() && stat.size <= 1)) found.tiny.push(path);
    }
  }
  return found;
}

/** Notes the permissions of files that no scan looks at, for they are as the project's commit has them. */
export async function notePermissions(folder: string, paths: readonly string[], noted: NotedPermissions): Promise<void> {
  for (const [at, path] of paths.entries()) {
    if (at % 500 === 499) await nextTurn();
    const stat = look(Buffer.from(encodePath(`${folder}/${path}`)));
    if (stat?.isFile()) noted.see(path, stat.mode);
  }
}

function isBehindLink(folder: string, path: string, known: Map<string, boolean>): boolean {
  const end = path.lastIndexOf("/");
  if (end === -1) return false;
  const parent = path.slice(0, end);
  const found =
    known.get(parent) ??
    (isBehindLink(folder, parent, known) || look(Buffer.from(encodePath(`${folder}/${parent}`)))?.isSymbolicLink() === true);
  known.set(parent, found);
  return found;
}

function look(place: Buffer): Stats | null {
  try {
    return lstatSync(place);
  } catch {
    // Gone: git takes it out of the index.
    return null;
  }
}

const self = process.getuid?.();

function isOwners({ uid, mode }: Stats): boolean {
  return uid === self && (mode & 0o400) !== 0;
}

function readable(place: Buffer): boolean {
  try {
    accessSync(place, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
