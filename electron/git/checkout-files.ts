import { ok, type Result } from "../../shared/result.ts";
import { withoutFilters } from "./config.ts";
import type { Git, GitFailure } from "./git.ts";
import { settingsEnv } from "./place.ts";

/**
 * `filters`: the environment in which the person's content filters run, as git itself would run them; null: they don't,
 * and files are what the repository has of them.
 */
export type CheckoutOptions = {
  filters: Record<string, string> | null;
  /** Contents that aren't here are fetched, by the person's own git as they have it: they said so. */
  fetch?: boolean;
};

const longMs = 10 * 60_000;

/** An environment in which Git LFS takes what is here already; what it would have to fetch stays a pointer, which is no failure then. */
export const fetchesNothing = settingsEnv({ "lfs.url": "file:///nonexistent", "lfs.skipdownloaderrors": "true" });

/** Also where the person's own git runs: a fresh worktree's index is nobody's to react to. */
const noHooks = ["-c", "core.hooksPath=/dev/null"];
const parallel = ["-c", "checkout.workers=0", "-c", "checkout.thresholdForParallelism=2000"];

/** Fills a worktree from its HEAD. Hooks don't run. */
export async function checkoutFiles(
  git: Git,
  worktree: string,
  { filters, fetch = false }: CheckoutOptions,
): Promise<Result<null, GitFailure>> {
  const env = filters === null ? await withoutFilters(git, worktree) : ok({ ...filters, ...fetchesNothing });
  if (!env.ok) return env;
  const done = await git.run([...noHooks, ...parallel, "reset", "--hard", "--quiet", "--no-recurse-submodules"], {
    cwd: worktree,
    env: env.value,
    asUser: fetch,
    timeoutMs: longMs,
  });
  return done.ok ? ok(null) : done;
}
