import { decodePath } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import { realFolder } from "../lib/real-folder.ts";
import { isWorktreeOf } from "./git-folders.ts";
import type { Git, GitFailure } from "./git.ts";
import { repairSubmodules } from "./repair-submodules.ts";
import { bareEnv } from "./repository.ts";

/** `leadsBack`: the folder is this worktree by its own `.git` as well, and no other entry has it. */
export type Worktree = {
  path: string;
  head: string | null;
  branch: string | null;
  main: boolean;
  bare: boolean;
  leadsBack: boolean;
};

const longMs = 10 * 60_000;

/** Registers a worktree with a detached HEAD and no files yet, locked, so that no prune takes it while its disk is away. */
export async function addWorktree(git: Git, project: string, target: string, commit: string): Promise<Result<null, GitFailure>> {
  const added = await git.run(
    ["worktree", "add", "--quiet", "--detach", "--no-checkout", "--lock", "--reason", "In use by Hearth", "--", target, commit],
    { cwd: project, env: bareEnv(project) },
  );
  return added.ok ? ok(null) : added;
}

export async function listWorktrees(git: Git, project: string): Promise<Result<Worktree[], GitFailure>> {
  const listed = await git.run(["worktree", "list", "--porcelain", "-z"], { cwd: project, env: bareEnv(project) });
  if (!listed.ok) return listed;
  const records = decodePath(listed.value.stdout).split("\0\0").filter(Boolean);
  const entries = records.map((record, at) => parseWorktree(record, at === 0));
  const folders = entries.map((entry) => realFolder(entry.path));
  return ok(
    entries.map((entry, at) => {
      const folder = folders[at] ?? null;
      const isAlone = folder !== null && folders.indexOf(folder) === folders.lastIndexOf(folder);
      return { ...entry, leadsBack: isAlone && isWorktreeOf(project, folder) };
    }),
  );
}

function parseWorktree(record: string, main: boolean): Omit<Worktree, "leadsBack"> {
  const fields = new Map(record.split("\0").map((field) => [field.split(" ", 1)[0] ?? "", field.slice(field.indexOf(" ") + 1)]));
  return {
    path: fields.get("worktree") ?? "",
    head: fields.get("HEAD") ?? null,
    branch: fields.get("branch")?.replace(/^refs\/heads\//, "") ?? null,
    main,
    bare: fields.has("bare"),
  };
}

/**
 * Takes a worktree's folder and its entry away, whatever is in it: callers have looked and guarded. Links in it go as
 * links. Also for an entry whose folder is gone, which touches no other entry (a prune would).
 */
export async function removeWorktree(git: Git, project: string, target: string): Promise<Result<null, GitFailure>> {
  const removed = await git.run(["worktree", "remove", "--force", "--force", "--", target], {
    cwd: project,
    env: bareEnv(project),
    timeoutMs: longMs,
  });
  return removed.ok ? ok(null) : removed;
}

/** Joins worktrees and a repository again after either was moved, and the submodules that are filled there. */
export async function repairWorktrees(
  git: Git,
  project: string,
  worktrees: readonly string[],
): Promise<Result<null, GitFailure>> {
  const repaired = await git.run(["worktree", "repair", "--", ...worktrees], { cwd: project, env: bareEnv(project) });
  if (!repaired.ok) return repaired;
  for (const worktree of worktrees) {
    const joined = await repairSubmodules(git, worktree);
    if (!joined.ok) return joined;
  }
  return ok(null);
}
