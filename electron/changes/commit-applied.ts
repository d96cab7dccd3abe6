import { existsSync } from "node:fs";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { branchOf, commitPaths } from "../git/commit.ts";
import { operationInProgress } from "../git/operation.ts";
import { findRepository } from "../git/repository.ts";
import { checkoutMissing, requireCheckout } from "./current.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";

type Committable = { session: SessionCopy; paths: string[]; branch: string | null; setIds: string[]; isRepository: boolean };

/** What was applied, isn't committed yet, and differs from the checkout's commit. */
export async function committablePaths(deps: ChangesDeps, sessionId: string): Promise<Result<Committable, Failure>> {
  const session = deps.copies.find(sessionId);
  if (!session) return failure("SESSION_NOT_FOUND", "There is no such session, or its working copy isn't ready");
  if (!existsSync(session.checkout.path)) return checkoutMissing(session);
  const repository = await findRepository(deps.git, session.checkout.path);
  if (!repository.ok) return failure("GIT_FAILED", repository.error.message);
  if (!repository.value) return ok({ session, paths: [], branch: null, setIds: [], isRepository: false });
  const there = await requireCheckout(deps, session);
  if (!there.ok) return there;
  const branch = await branchOf(deps.git, session.checkout.path);
  if (!branch.ok) return failure("GIT_FAILED", branch.error.message);
  const sets = deps.store.uncommittedSets(sessionId);
  const applied = new Set(sets.flatMap((set) => set.entries.map((entry) => entry.path)));
  const found = { session, branch: branch.value, setIds: sets.map((set) => set.id), isRepository: true };
  if (applied.size === 0) return ok({ ...found, paths: [] });
  const head = await deps.snapshots.treeOf(session.checkout, "HEAD");
  if (!head.ok) return head;
  const now = await deps.snapshots.snapshot(session.checkout);
  if (!now.ok) return now;
  const differences = await deps.snapshots.diff(session.checkout, head.value, now.value.tree, { renames: false });
  if (!differences.ok) return differences;
  return ok({ ...found, paths: differences.value.map((change) => change.path).filter((path) => applied.has(path)) });
}

export async function commitApplied(
  deps: ChangesDeps,
  sessionId: string,
  message: string,
): Promise<Result<{ commit: string; branch: string | null; output: string }, Failure>> {
  const found = await committablePaths(deps, sessionId);
  if (!found.ok) return found;
  const { session, paths, branch, setIds, isRepository } = found.value;
  if (!isRepository) return failure("NOTHING_TO_COMMIT", "The project isn't a git repository");
  // The user's hooks, filters and signing run, so what they are must have been agreed to.
  if (!(await deps.trusted(session.projectId)))
    return failure("PROJECT_NOT_TRUSTED", "Committing runs the project's hooks. Trust the project first.");
  if (paths.length === 0) return failure("NOTHING_TO_COMMIT", "Nothing that was applied is waiting to be committed");
  const operation = await operationInProgress(deps.git, session.checkout.path);
  if (!operation.ok) return failure("GIT_FAILED", operation.error.message);
  if (operation.value)
    return failure(
      "CHECKOUT_IN_OPERATION",
      `In the checkout there is ${operation.value.name} going on. End it first: ${operation.value.wayOut}.`,
      { data: operation.value },
    );
  const committed = await commitPaths(deps.git, session.checkout.path, paths, message, deps.commitTimeoutMs);
  if (committed.ok) {
    deps.store.setCommitted(setIds);
    return ok({ ...committed.value, branch });
  }
  const { error } = committed;
  if (error.type === "git-missing") return failure("GIT_FAILED", error.message);
  if (error.type === "exit" && error.exitCode === 0) return failure("NOTHING_TO_COMMIT", "git found nothing to commit");
  const text = error.stderr.trim() || error.message;
  const reason =
    error.type === "timeout"
      ? "It didn't end in time, so it was stopped: a hook, or a signing program that waits for an answer."
      : "git, a hook or the signing program refused.";
  return failure("COMMIT_FAILED", `Nothing was committed. ${reason}`, { data: { output: text } });
}
