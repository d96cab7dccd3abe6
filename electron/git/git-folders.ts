import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { readRegular } from "../lib/read-regular.ts";
import { looksBare } from "./repository.ts";

/** Real paths of the folders in which git keeps what belongs to a working tree; none in a plain folder. Runs nothing. */
export function gitFoldersOf(root: string): string[] {
  if (looksBare(root)) return [realpathSync(root)];
  const own = gitFolderOf(path.join(root, ".git"));
  if (own === null) return [];
  const common = pointer(path.join(own, "commondir"));
  return [own, ...(common === null ? [] : [real(path.resolve(own, common))].flat())].filter((folder) => folder !== null);
}

/** `.git` is the folder itself, a link to it, or a file that names it. */
function gitFolderOf(at: string): string | null {
  const named = pointer(at);
  return named?.startsWith("gitdir:") ? real(path.resolve(path.dirname(at), named.slice("gitdir:".length).trim())) : real(at);
}

function pointer(at: string): string | null {
  return (
    readRegular(at, 64 * 1024)
      ?.toString("utf8")
      .trim() ?? null
  );
}

function real(at: string): string | null {
  return statSync(at, { throwIfNoEntry: false })?.isDirectory() ? realpathSync(at) : null;
}
