import { ok, type Result } from "../../shared/result.ts";
import { checkoutFiles } from "../git/checkout-files.ts";
import { fillSubmodules } from "../git/fill-submodules.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { findRepository, gitFailureIsFull } from "../git/repository.ts";
import { markUnfiltered } from "../git/unfiltered.ts";

type Filling = {
  git: Git;
  projectPath: string;
  target: string;
  /** The environment in which the person's content filters run; null where they may not. */
  filters: (() => Promise<Record<string, string>>) | null;
  /** Whether contents that a partial clone doesn't have are fetched. */
  fetch: boolean;
};

const maxNamed = 10;

/**
 * Fills a registered worktree with what git would check out there: files, through content filters where the project is
 * trusted, and submodules as far as the project has them. Returns what isn't complete, for its person.
 */
export async function fillWorktree(filling: Filling): Promise<Result<string[], GitFailure>> {
  const { git, projectPath, target } = filling;
  const problems: string[] = [];
  const filters = await checkOut(filling, problems);
  if (!filters.ok) return filters;
  const unfiltered = await markUnfiltered(git, target, { filtersRan: filters.value !== null });
  if (!unfiltered.ok) return unfiltered;
  if (unfiltered.value.length > 0) problems.push(`Not filled by a content filter (such as Git LFS): ${named(unfiltered.value)}.`);
  const [own, project] = [await findRepository(git, target), await findRepository(git, projectPath)];
  if (!own.ok || !project.ok || !own.value) return own.ok ? (project.ok ? ok(problems) : project) : own;
  const sources = [...new Set([project.value?.gitDir, project.value?.commonDir])].filter((found) => found !== undefined);
  const { gitDir } = own.value;
  const empty = await fillSubmodules(git, { worktree: target, gitDir, sources, checkout: { filters: filters.value } });
  if (!empty.ok) return empty;
  if (empty.value.length > 0)
    problems.push(`Submodules that aren't fetched in the project are empty: ${named(empty.value.map((path) => ({ path })))}.`);
  return ok(problems);
}

/** The environment of the filters that ran; null where none did. */
async function checkOut(
  { git, target, filters, fetch }: Filling,
  problems: string[],
): Promise<Result<Record<string, string> | null, GitFailure>> {
  const env = filters && (await filters());
  const done = await checkoutFiles(git, target, { filters: env, fetch });
  if (done.ok || env === null || gitFailureIsFull(done.error)) return done.ok ? ok(env) : done;
  const plain = await checkoutFiles(git, target, { filters: null });
  if (!plain.ok) return plain;
  problems.push(`A content filter failed: ${done.error.message}.`);
  return ok(null);
}

function named(files: readonly { path: string }[]): string {
  const first = files.slice(0, maxNamed).map(({ path }) => path);
  return files.length > maxNamed ? `${first.join(", ")} and ${files.length - maxNamed} more` : first.join(", ");
}
