import * as z from "zod";
import { broughtIn } from "../../shared/contract/sessions.ts";

/**
 * Where git has a working copy's baseline. The baseline that counts is `anchor.baseline` with what leads from
 * `anchor.tree` to `tree`, so that going somewhere and back again changes nothing.
 */
export const gitBase = z.object({
  /** HEAD, and behind it what is being merged, when it was looked at last. */
  head: z.string(),
  /** What others made of the files there. */
  tree: z.string(),
  /** The newest commits of others in it. */
  frontier: z.array(z.string()),
  /** What others had made of the files when the baseline last moved by an apply, and the baseline it moved to. */
  anchor: z.object({ tree: z.string(), baseline: z.string() }),
  /** Commits that are known to be the session's, and such that aren't. Logs expire and refs go; what was found out stays. */
  own: z.array(z.string()),
  others: z.array(z.string()),
  /** What git brought in since then. */
  brought: broughtIn,
});
export type GitBase = z.infer<typeof gitBase>;
