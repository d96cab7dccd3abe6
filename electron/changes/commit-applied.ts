import { existsSync } from "node:fs";
import type { ApplyPlace } from "../../shared/apply-place.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { branchOf, commitIndex, type Committed } from "../git/commit.ts";
import { CommitIndex } from "../git/commit-index.ts";
import type { GitFailure } from "../git/git.ts";
import { operationIn } from "../git/operation.ts";
import { findRepository, resolveCommit } from "../git/repository.ts";
import type { CommitJob } from "./commit-jobs.ts";
import { checkoutMissing, noCheckout, requireCheckout } from "./current.ts";
import { fillIndex } from "./fill-index.ts";
import { nameOf, placeOfSet, type Placed } from "./places.ts";
import type { FileSetRow } from "../store/changes.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { filesToCommit, type NotCommitted, type LastCommit, type ToCommit } from "./to-commit.ts";

type Committable = {
  session: SessionCopy;
  place: ApplyPlace | null;
  files: ToCommit[];
  left: NotCommitted[];
  branch: string | null;
  last: LastCommit;
  setIds: string[];
  isRepository: boolean;
};

/** What was applied, where the latest such apply went that is still there, and isn't in the last commit there. */
export async function findCommittable(deps: ChangesDeps, sessionId: string): Promise<Result<Committable, Failure>> {
  const found = deps.copies.find(sessionId);
  if (!found) return failure("SESSION_NOT_FOUND", "There is no such session, or its working copy isn't ready");
  if (!existsSync(found.checkout.path)) return checkoutMissing(found);
  const none = {
    session: found,
    place: null,
    files: [],
    left: [],
    branch: null,
    last: { commit: null, mayConvert: false },
    setIds: [],
    isRepository: false,
  };
  const repository = await findRepository(deps.git, found.checkout.path);
  if (!repository.ok) return failed(repository.error);
  if (!repository.value) return ok(none);
  const latest = await latestPlace(deps, found, await deps.store.uncommittedSets(sessionId));
  if (!latest.ok) return latest;
  const { sets, placed } = latest.value;
  const { session, place } = placed;
  if (sets.length === 0 && repository.value.topLevel === null) return ok({ ...none, isRepository: true });
  const there = await requireCheckout(deps, session);
  if (!there.ok) return there;
  const branch = await branchOf(deps.git, session.checkout.path);
  if (!branch.ok) return failed(branch.error);
  const commit = await resolveCommit(deps.git, session.checkout.path, "HEAD");
  if (!commit.ok) return failed(commit.error);
  // What converts files runs programs of the repository's; without trust they are compared as they are.
  const last = { commit: commit.value, mayConvert: await deps.trusted(session.projectId) };
  const files = await filesToCommit(deps, session, sets, last);
  if (!files.ok) return files;
  // A set of which something couldn't be told apart is asked about again.
  const left = new Set(files.value.left.map(({ path }) => path));
  const setIds = sets.filter((set) => !set.entries.some(({ path }) => left.has(path))).map((set) => set.id);
  return ok({ ...none, ...files.value, session, place, branch: branch.value, last, setIds, isRepository: true });
}

/** Of sets, oldest first, those that went to one place. A worktree that is gone has nothing to commit in. */
async function latestPlace(
  deps: ChangesDeps,
  session: SessionCopy,
  sets: readonly FileSetRow[],
): Promise<Result<{ placed: Placed; sets: FileSetRow[] }, Failure>> {
  const named = Map.groupBy(sets.toReversed(), ({ place }) => (place === null ? "" : nameOf(place)));
  for (const own of named.values()) {
    const placed = await placeOfSet(deps, session, own[0]?.place ?? null);
    if (placed.ok) return ok({ placed: placed.value, sets: own.toReversed() });
    if (placed.error.code !== "PLACE_NOT_FOUND") return placed;
  }
  const checkout = await placeOfSet(deps, session, null);
  return checkout.ok ? ok({ placed: checkout.value, sets: [] }) : checkout;
}

/** Commits what was applied, byte for byte, and nothing else: what else is in the files, or staged, stays where it is. */
export async function commitApplied(
  deps: ChangesDeps,
  found: Committable,
  message: string,
  job: CommitJob,
): Promise<Result<Committed & { branch: string | null }, Failure>> {
  const { session, files, branch, setIds } = found;
  const ready = await canCommit(deps, found);
  if (!ready.ok) return ready;
  const index = await CommitIndex.open(deps.git, session.checkout.path, { commit: found.last.commit, env: await deps.userEnv() });
  if (!index.ok) return failed(index.error);
  try {
    const filled = await fillIndex(deps, session.checkout, index.value, files);
    if (!filled.ok) return filled;
    const committed = await commitIndex(deps.git, session.checkout.path, index.value, {
      message,
      before: found.last.commit,
      signal: job.signal,
      onOutput: (text) => job.print(text),
    });
    if (!committed.ok) return notCommitted(committed.error, job);
    deps.store.setCommitted(setIds);
    return ok({ ...committed.value, branch });
  } finally {
    await index.value.dispose();
  }
}

async function canCommit(deps: ChangesDeps, { session, files, left, isRepository }: Committable): Promise<Result<null, Failure>> {
  if (!isRepository) return failure("NOTHING_TO_COMMIT", "The project isn't a git repository");
  // The user's hooks, filters and signing run, so what they are must have been agreed to.
  if (!(await deps.trusted(session.projectId)))
    return failure("PROJECT_NOT_TRUSTED", "Committing runs the project's hooks. Trust the project first.");
  const repository = await findRepository(deps.git, session.checkout.path);
  if (!repository.ok) return failed(repository.error);
  if (repository.value?.topLevel === null) return noCheckout(deps, session);
  const [first] = left;
  if (files.length === 0 && first) return failure("NOTHING_TO_COMMIT", `${first.path}: ${first.reason}`, { data: { left } });
  if (files.length === 0) return failure("NOTHING_TO_COMMIT", "Nothing that was applied is waiting to be committed");
  const operation = operationIn(repository.value);
  if (!operation) return ok(null);
  const { name, wayOut } = operation;
  return failure("CHECKOUT_IN_OPERATION", `In the checkout there is ${name} going on. End it first: ${wayOut}.`, {
    data: operation,
  });
}

function notCommitted(error: GitFailure, job: CommitJob): { ok: false; error: Failure } {
  if (error.type === "git-missing") return failed(error);
  if (error.type === "exit" && error.exitCode === 0) return failure("NOTHING_TO_COMMIT", "git found nothing to commit");
  const output = job.output.trim() || error.stderr.trim() || error.message;
  const reason = error.type === "cancelled" ? "It was stopped." : "git, a hook or the signing program refused.";
  return failure("COMMIT_FAILED", `Nothing was committed. ${reason}`, { data: { output } });
}

function failed(error: GitFailure): { ok: false; error: Failure<"GIT_FAILED"> } {
  return failure("GIT_FAILED", error.message);
}
