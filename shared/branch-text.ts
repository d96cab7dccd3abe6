import type { WorkingCopy } from "./contract/sessions.ts";

type Checkout = Pick<WorkingCopy, "kind" | "branch" | "detachedAt" | "baseRef" | "baseCommit">;

/** What a working copy has checked out, in a few words; null where no git has anything to do with it, or it isn't made yet. */
export function branchText({ kind, branch, detachedAt, baseRef, baseCommit }: Checkout): string | null {
  if (branch !== null) return branch;
  if (detachedAt === null) return null;
  if (kind === "worktree" && detachedAt === baseCommit && baseRef !== null) return `detached, from ${baseRef}`;
  return `detached at ${detachedAt.slice(0, 8)}`;
}
