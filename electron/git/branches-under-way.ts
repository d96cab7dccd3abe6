import { readdirSync } from "node:fs";
import path from "node:path";
import { readRegular } from "../lib/read-regular.ts";
import { commonFolderOf } from "./git-folders.ts";

const maxBytes = 1024 * 1024;

/** Where a rebase keeps the branches that it will move at its end; HEAD is on none of them meanwhile. */
const files = ["rebase-merge/head-name", "rebase-merge/update-refs", "rebase-apply/head-name"];

/** Branches of a rebase or a bisect in any of a repository's worktrees: taken, though they are checked out nowhere. */
export function branchesUnderWay(folder: string): Set<string> {
  const common = commonFolderOf(folder);
  if (common === null) return new Set();
  const gitFolders = [common, ...entriesOf(path.join(common, "worktrees"))];
  return new Set(
    gitFolders.flatMap((own) => [
      ...files.flatMap((file) => linesOf(path.join(own, file)).flatMap((line) => /^refs\/heads\/(.+)$/.exec(line)?.[1] ?? [])),
      ...linesOf(path.join(own, "BISECT_START")).map((line) => line.replace(/^refs\/heads\//, "")),
    ]),
  );
}

function linesOf(file: string): string[] {
  return readRegular(file, maxBytes)?.toString("utf8").split("\n").filter(Boolean) ?? [];
}

function entriesOf(worktrees: string): string[] {
  try {
    return readdirSync(worktrees).map((name) => path.join(worktrees, name));
  } catch {
    return []; // There are none.
  }
}
