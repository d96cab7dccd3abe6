import path from "node:path";
import type { NotCovered } from "../../shared/not-covered.ts";
import type { Git } from "../git/git.ts";
import { changedInside } from "../git/inner-work.ts";
import { mapFew } from "../lib/map-few.ts";
import { refusedPath } from "../lib/path-guard.ts";

/** A folder with more of either is told by its repositories alone. */
const maxRepositories = 20;
const maxFiles = 100;
/** Git is run in so many at a time. */
const few = 4;

/** Of repositories inside a copy that a snapshot skipped: the files that are changed or new in them, as far as git tells. */
export async function workInRepositories(git: Git, root: string, skipped: readonly NotCovered[]): Promise<NotCovered[]> {
  const repositories = skipped.filter(({ why }) => why === "repository").slice(0, maxRepositories);
  const found = await mapFew(repositories, few, (repository) => workInside(git, root, repository.path));
  return found.flat();
}

async function workInside(git: Git, root: string, repository: string): Promise<NotCovered[]> {
  // Git is run in a folder whose name is text.
  const files = repository.isWellFormed() ? await changedInside(git, path.join(root, repository)) : null;
  const named = (files ?? [])
    .map((file) => `${repository}${file}`)
    .filter((file) => refusedPath(file.replace(/\/$/, "")) === null);
  return named.length <= maxFiles ? named.map((file) => ({ path: file, bytes: 0, why: "repository" as const })) : [];
}
