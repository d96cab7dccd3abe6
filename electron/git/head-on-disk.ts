import path from "node:path";
import { readRegular } from "../lib/read-regular.ts";
import { gitFoldersOf } from "./git-folders.ts";

const maxHeadBytes = 4096;
const maxMergeBytes = 1024 * 1024;

/**
 * The commit that a folder's HEAD is at, and those that are being merged into it, as they stand in git's own files; nothing
 * runs. Null where that takes git to tell: a branch among packed refs or in a table, no commits, no repository.
 */
export function headOnDisk(folder: string): string[] | null {
  const [own, common = own] = gitFoldersAround(folder);
  if (own === undefined || common === undefined) return null;
  const said = readText(path.join(own, "HEAD"), maxHeadBytes);
  const ref = /^ref:\s*(refs\/heads\/.+)$/.exec(said)?.[1];
  const head = ref === undefined ? said : isConfined(ref) ? readText(path.join(common, ref), maxHeadBytes) : "";
  return isOid(head) ? [head, ...mergingInto(own)] : null;
}

/** The commits that are being merged in, of a git folder that belongs to one working copy. */
export function mergingInto(gitDir: string): string[] {
  return readText(path.join(gitDir, "MERGE_HEAD"), maxMergeBytes).split("\n").filter(isOid);
}

export function isOid(text: string): boolean {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);
}

/** A project may be a folder below its repository's. */
function gitFoldersAround(folder: string): string[] {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = gitFoldersOf(at);
    if (found.length > 0 || path.dirname(at) === at) return found;
  }
}

function isConfined(ref: string): boolean {
  return !ref.split("/").includes("..");
}

function readText(file: string, maxBytes: number): string {
  return readRegular(file, maxBytes)?.toString("utf8").trimEnd() ?? "";
}
