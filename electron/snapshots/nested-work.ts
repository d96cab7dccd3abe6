import path from "node:path";
import type { NotCovered } from "../../shared/not-covered.ts";
import type { Git } from "../git/git.ts";
import { changedInside } from "../git/inner-work.ts";
import { refusedPath } from "../lib/path-guard.ts";

/** A folder with more of either is told by its repositories alone. */
const maxRepositories = 20;
const maxFiles = 100;

/** Of repositories inside a copy that a snapshot skipped: the files that are changed or new in them, as far as git tells. */
export async function workInRepositories(git: Git, root: string, skipped: readonly NotCovered[]): Promise<NotCovered[]> {
  const repositories = skipped.filter(({ why }) => why === "repository").map((one) => one.path);
  const found: NotCovered[] = [];
  for (const repository of repositories.slice(0, maxRepositories)) {
    const folder = path.join(root, repository);
    // Git is run in a folder whose name is text.
    const files = repository.isWellFormed() ? await changedInside(git, folder) : null;
    const named = (files ?? [])
      .map((file) => `${repository}${file}`)
      .filter((file) => refusedPath(file.replace(/\/$/, "")) === null);
    if (named.length <= maxFiles) found.push(...named.map((file) => ({ path: file, bytes: 0, why: "repository" as const })));
  }
  return found;
}
