import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { missingObjects } from "../git/missing-objects.ts";
import { findRepository, gitFailureIsFull, gitMessage, hasCheckout } from "../git/repository.ts";
import { addWorktree } from "../git/worktree.ts";
import type { CopyStep } from "../store/working-copies.ts";
import { copyIgnoredFiles } from "./copy-ignored-files.ts";
import { fillWorktree } from "./fill-worktree.ts";
import { isOwnWorktreePath } from "./worktree-path.ts";

export type MakeFailure = Failure<"WORKTREE_FAILED" | "DISK_FULL" | "OBJECTS_NOT_FETCHED" | "PROJECT_NOT_TRUSTED">;

export type Making = {
  git: Git;
  projectPath: string;
  worktreeRoot: string;
  target: string;
  commit: string;
  trusted: boolean;
  /** The environment of the person's own git, whose content filters run where the project is trusted. */
  userEnv: () => Promise<Record<string, string>>;
  /** The person agreed to fetch what a partial clone doesn't have of the commit. */
  fetch: boolean;
  /** Told before each stage begins. */
  begin: (step: CopyStep, what: string) => void;
};

/** `visible`: copied files that git lists as new. `problem`: something that isn't needed could not be copied. */
export type Made = { visible: boolean; problem: string | null };

/** Registers the worktree, with no files in it yet. */
export async function addStage({
  git,
  projectPath,
  worktreeRoot,
  target,
  commit,
  begin,
}: Making): Promise<Result<null, MakeFailure>> {
  begin("add", "Adding the worktree");
  try {
    mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  } catch (error) {
    const full = error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
    return failure(full ? "DISK_FULL" : "WORKTREE_FAILED", `${path.dirname(target)} can't be made: ${String(error)}`);
  }
  if (!isOwnWorktreePath(worktreeRoot, target))
    return failure("WORKTREE_FAILED", `${target} isn't inside Hearth's folder for worktrees.`);
  const added = await addWorktree(git, projectPath, target, commit);
  return added.ok ? ok(null) : makeFailure("The worktree can't be added", added.error);
}

/** Fills a registered worktree. May be begun again after it was cut off: nobody has worked in it yet. */
export async function fillStages(making: Making): Promise<Result<Made, MakeFailure>> {
  const { git, projectPath, target, trusted, userEnv, fetch, begin } = making;
  if (fetch && !trusted)
    return failure("PROJECT_NOT_TRUSTED", "Fetching runs what the project's settings say: trust the project first.");
  begin("checkout", fetch ? "Fetching and checking out files" : "Checking out files");
  await dropStaleLock(git, target);
  const filled = await fillWorktree({ git, projectPath, target, filters: trusted ? userEnv : null, fetch });
  if (!filled.ok) return (await notFetched(making)) ?? makeFailure("The files can't be checked out", filled.error);
  begin("bring", "Copying local files");
  const checkout = await hasCheckout(git, projectPath);
  if (!checkout.ok || !checkout.value) return ok({ visible: false, problem: told(filled.value) });
  const copied = await copyIgnoredFiles(git, projectPath, target, { trusted });
  return ok({ visible: copied.visible, problem: told([...filled.value, ...(copied.problem === null ? [] : [copied.problem])]) });
}

/** What to say where files couldn't be checked out since a partial clone doesn't have them; null where it has. */
async function notFetched({ git, target, fetch }: Making): Promise<{ ok: false; error: MakeFailure } | null> {
  const missing = fetch ? ok(0) : await missingObjects(git, target);
  if (!missing.ok || missing.value === 0) return null;
  const files = missing.value === 1 ? "1 file of this commit isn't" : `${missing.value} files of this commit aren't`;
  return failure(
    "OBJECTS_NOT_FETCHED",
    `${files} in the project, which is a partial clone. Fetch them from its remote now, or start from another commit.`,
    { data: { missing: missing.value } },
  );
}

function told(problems: readonly string[]): string | null {
  return problems.length === 0 ? null : problems.join(" ");
}

/** A checkout that was killed leaves its index locked; the worktree is ours alone until it is ready. */
async function dropStaleLock(git: Git, target: string): Promise<void> {
  const found = await findRepository(git, target);
  if (found.ok && found.value) rmSync(path.join(found.value.gitDir, "index.lock"), { force: true });
}

function makeFailure(what: string, error: GitFailure): { ok: false; error: MakeFailure } {
  if (gitFailureIsFull(error))
    return failure("DISK_FULL", "The disk is full. Make room, then start the session again; nothing was left behind.");
  return failure("WORKTREE_FAILED", gitMessage(what, error), { data: { stderr: error.stderr.slice(-4000) } });
}
