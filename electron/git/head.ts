import { statSync } from "node:fs";
import path from "node:path";
import { readRegular } from "../lib/read-regular.ts";
import { gitFoldersOf } from "./git-folders.ts";

/** What is checked out: a branch, also one without commits, or a commit on no branch. Both null where that can't be read. */
export type Head = { branch: string | null; detachedAt: string | null };

const nowhere: Head = { branch: null, detachedAt: null };
const maxBytes = 4096;

/** Reads what is checked out in folders, from git's own file, again only when that was replaced. Runs nothing. */
export class Heads {
  readonly #known = new Map<string, { file: string; stamp: string; head: Head }>();

  /** Null where the folder is in no repository. */
  read(folder: string): Head | null {
    const known = this.#known.get(folder);
    const file = known && stampOf(known.file) !== null ? known.file : headFile(folder);
    const stamp = file === null ? null : stampOf(file);
    if (file === null || stamp === null) {
      this.#known.delete(folder);
      return null;
    }
    if (known?.file === file && known.stamp === stamp) return known.head;
    const head = parseHead(readRegular(file, maxBytes)?.toString("utf8") ?? "");
    this.#known.set(folder, { file, stamp, head });
    return head;
  }
}

/** A project may be a folder below its repository's. */
function headFile(folder: string): string | null {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const [gitFolder] = gitFoldersOf(at);
    if (gitFolder !== undefined) return path.join(gitFolder, "HEAD");
    if (path.dirname(at) === at) return null;
  }
}

/** Git replaces the file and never writes into it. */
function stampOf(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() && stat.size <= maxBytes ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : null;
}

export function parseHead(text: string): Head {
  const line = text.trimEnd();
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(line)) return { branch: null, detachedAt: line };
  const branch = /^ref:\s*refs\/heads\/(.+)$/.exec(line)?.[1];
  // Where git keeps its refs in a table it writes this here, for programs that don't know of that.
  return branch === undefined || branch === ".invalid" ? nowhere : { branch, detachedAt: null };
}
