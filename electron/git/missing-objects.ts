import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";

/** How many contents of a worktree's commit aren't here: git fetches them in a partial clone when it needs them. */
export async function missingObjects(git: Git, worktree: string): Promise<Result<number, GitFailure>> {
  const listed = await git.run(["rev-list", "--objects", "--no-walk", "--no-object-names", "--missing=print", "HEAD^{tree}"], {
    cwd: worktree,
    timeoutMs: 60_000,
    maxBytes: 512 * 1024 * 1024,
  });
  if (!listed.ok) return listed;
  return ok(listed.value.stdout.toString("latin1").split("\n?").length - (listed.value.stdout[0] === 0x3f ? 0 : 1));
}
