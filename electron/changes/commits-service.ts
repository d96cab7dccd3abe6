import type { CommittableFiles } from "../../shared/contract/changes.ts";
import { failure } from "../../shared/errors.ts";
import { ok } from "../../shared/result.ts";
import type { Committed } from "../git/commit.ts";
import { commitApplied, findCommittable } from "./commit-applied.ts";
import { draftCommit, type Describe } from "./commit-draft.ts";
import { CommitJobs, type CommitJob } from "./commit-jobs.ts";
import { followHooks } from "./follow-hooks.ts";
import { within, type VerbResult, type ChangesDeps, type SessionCopy } from "./ports.ts";

const committableCodes = ["SESSION_NOT_FOUND", "PROJECT_PATH_MISSING", "NO_CHECKOUT", "GIT_FAILED"] as const;
const commitCodes = [
  ...committableCodes,
  "NOTHING_TO_COMMIT",
  "CHECKOUT_IN_OPERATION",
  "COMMIT_FAILED",
  "COMMIT_IN_PROGRESS",
  "PROJECT_NOT_TRUSTED",
] as const;

const draftCodes = [...committableCodes, "NOTHING_TO_COMMIT", "HELPER_MODEL_MISSING", "HELPER_MODEL_FAILED"] as const;

export type CommitsDeps = ChangesDeps & { describe: Describe };

/** Commits of what was applied, in the project's checkout. Owns those that go on, which `dispose` stops. */
export class CommitsService {
  readonly #deps: CommitsDeps;
  readonly #jobs = new CommitJobs();

  constructor(deps: CommitsDeps) {
    this.#deps = deps;
  }

  /** Takes as long as hooks and signing take; see `output` and `stop`. */
  commit = async (
    sessionId: string,
    message: string,
  ): VerbResult<Committed & { branch: string | null }, (typeof commitCodes)[number]> => {
    const session = this.#deps.copies.find(sessionId);
    if (!session) return failure("SESSION_NOT_FOUND", "There is no such session, or its working copy isn't ready");
    const done = await this.#jobs.run(session.checkout.path, sessionId, (job) => this.#commit(session, sessionId, message, job));
    if (!done.ok) return within(commitCodes, "GIT_FAILED", done.error);
    this.#deps.announce({ type: "changes", sessionId });
    return done;
  };

  /** Looks once nobody else commits here: what the last commit has decides what this one will. */
  async #commit(session: SessionCopy, sessionId: string, message: string, job: CommitJob) {
    const found = await this.#deps.fileSets.alone(session.projectId, () => findCommittable(this.#deps, sessionId));
    if (!found.ok) return found;
    const done = await commitApplied(this.#deps, found.value, message, job);
    if (!done.ok) return done;
    const { files, last } = found.value;
    await followHooks(this.#deps, sessionId, found.value.session, { files, last: { ...last, commit: done.value.commit } });
    return done;
  }

  /** What the session's commit prints, until it ends; nothing where none goes on. */
  async *output(sessionId: string, signal?: AbortSignal): AsyncGenerator<string> {
    const job = this.#jobs.find(sessionId);
    if (job) yield* job.follow(signal);
  }

  stop = (sessionId: string): { stopped: boolean } => {
    const job = this.#jobs.find(sessionId);
    job?.stop();
    return { stopped: job !== null };
  };

  committable = async (sessionId: string): VerbResult<CommittableFiles, (typeof committableCodes)[number]> => {
    const found = await findCommittable(this.#deps, sessionId);
    if (!found.ok) return within(committableCodes, "GIT_FAILED", found.error);
    const { files, left, branch, place } = found.value;
    return ok({ paths: files.map((file) => file.path), left, branch, place });
  };

  draft = async (
    sessionId: string,
    signal: AbortSignal | undefined,
  ): VerbResult<{ message: string }, (typeof draftCodes)[number]> => {
    const drafted = await draftCommit(this.#deps, sessionId, signal ?? new AbortController().signal);
    return drafted.ok ? drafted : within(draftCodes, "GIT_FAILED", drafted.error);
  };

  dispose(): Promise<void> {
    return this.#jobs.dispose();
  }
}
