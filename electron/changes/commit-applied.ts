import { existsSync } from "node:fs";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { BlobReader } from "../file-sets/blob-reader.ts";
import { writeContent, type Content } from "../file-sets/content.ts";
import { branchOf, commitIndex, type Committed } from "../git/commit.ts";
import { CommitIndex } from "../git/commit-index.ts";
import type { GitFailure } from "../git/git.ts";
import { operationInProgress } from "../git/operation.ts";
import { findRepository, resolveCommit } from "../git/repository.ts";
import type { CommitJob } from "./commit-jobs.ts";
import { checkoutMissing, requireCheckout } from "./current.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { filesToCommit, type NotCommitted, type LastCommit, type ToCommit } from "./to-commit.ts";

type Committable = {
  session: SessionCopy;
  files: ToCommit[];
  left: NotCommitted[];
  branch: string | null;
  last: LastCommit;
  setIds: string[];
  isRepository: boolean;
};

/** What was applied and isn't in the checkout's last commit, as it would be committed. */
export async function findCommittable(deps: ChangesDeps, sessionId: string): Promise<Result<Committable, Failure>> {
  const session = deps.copies.find(sessionId);
  if (!session) return failure("SESSION_NOT_FOUND", "There is no such session, or its working copy isn't ready");
  const folder = session.checkout.path;
  if (!existsSync(folder)) return checkoutMissing(session);
  const repository = await findRepository(deps.git, folder);
  if (!repository.ok) return failed(repository.error);
  const none = {
    session,
    files: [],
    left: [],
    branch: null,
    last: { commit: null, mayConvert: false },
    setIds: [],
    isRepository: false,
  };
  if (!repository.value) return ok(none);
  const there = await requireCheckout(deps, session);
  if (!there.ok) return there;
  const branch = await branchOf(deps.git, folder);
  if (!branch.ok) return failed(branch.error);
  const commit = await resolveCommit(deps.git, folder, "HEAD");
  if (!commit.ok) return failed(commit.error);
  const sets = deps.store.uncommittedSets(sessionId);
  // What converts files runs programs of the repository's; without trust they are compared as they are.
  const last = { commit: commit.value, mayConvert: await deps.trusted(session.projectId) };
  const found = await filesToCommit(deps, session, sets, last);
  if (!found.ok) return found;
  // A set of which something couldn't be told apart is asked about again.
  const left = new Set(found.value.left.map(({ path }) => path));
  const setIds = sets.filter((set) => !set.entries.some(({ path }) => left.has(path))).map((set) => set.id);
  return ok({ ...none, ...found.value, branch: branch.value, last, setIds, isRepository: true });
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
    const filled = await fill(deps, session, index.value, files);
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
  const [first] = left;
  if (files.length === 0 && first) return failure("NOTHING_TO_COMMIT", `${first.path}: ${first.reason}`, { data: { left } });
  if (files.length === 0) return failure("NOTHING_TO_COMMIT", "Nothing that was applied is waiting to be committed");
  const operation = await operationInProgress(deps.git, session.checkout.path);
  if (!operation.ok) return failed(operation.error);
  if (!operation.value) return ok(null);
  const { name, wayOut } = operation.value;
  return failure("CHECKOUT_IN_OPERATION", `In the checkout there is ${name} going on. End it first: ${wayOut}.`, {
    data: operation.value,
  });
}

async function fill(
  deps: ChangesDeps,
  session: SessionCopy,
  index: CommitIndex,
  files: readonly ToCommit[],
): Promise<Result<null, Failure>> {
  const oids = files.flatMap(({ version }) => (version ? [version.oid] : []));
  const blobs = new BlobReader(deps.snapshots, session.checkout, oids);
  for (const { path, version } of files) {
    if (!version) continue;
    const bytes = await blobs.read(version.oid);
    if (!bytes.ok) return bytes;
    const mode = version.mode as Content["mode"];
    const written = await writeContent(index.files, path, { mode, bytes: bytes.value });
    if (!written.ok) return written;
  }
  const added = await index.add(files.map(({ path, version }) => ({ path, mode: version?.mode ?? null })));
  return added.ok ? ok(null) : failed(added.error);
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
