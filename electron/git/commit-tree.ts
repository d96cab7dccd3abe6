import { ok, type Result } from "../../shared/result.ts";
import type { CommitIndex } from "./commit-index.ts";
import type { Git, GitFailure } from "./git.ts";
import { bareEnv, line } from "./repository.ts";

/** What is in the index as a commit on top of `parent`, by the person, signed where they sign; no branch has it yet. */
export async function commitOnto(
  index: CommitIndex,
  parent: string,
  message: string,
): Promise<Result<string | null, GitFailure>> {
  const tree = await index.run(["write-tree"]);
  if (!tree.ok) return tree;
  const before = await index.run(["rev-parse", "--verify", "--end-of-options", `${parent}^{tree}`]);
  if (!before.ok) return before;
  if (before.value.stdout.equals(tree.value.stdout)) return ok(null);
  const signs = await index.run(["config", "--type=bool", "--get", "commit.gpgSign"], { asUser: true, exitCodes: [0, 1] });
  if (!signs.ok) return signs;
  const sign = line(signs.value.stdout) === "true" ? ["-S"] : [];
  const made = await index.run(["commit-tree", ...sign, "-p", parent, "-F", "-", line(tree.value.stdout)], {
    asUser: true,
    input: `${message}\n`,
    timeoutMs: 120_000,
  });
  return made.ok ? ok(line(made.value.stdout)) : made;
}

/** Moves a branch from one commit to another, unless it moved meanwhile. */
export async function moveBranch(
  git: Git,
  folder: string,
  branch: string,
  { from, to, why }: { from: string; to: string; why: string },
): Promise<Result<boolean, GitFailure>> {
  const ref = `refs/heads/${branch}`;
  const moved = await git.run(["update-ref", "-m", why, "--create-reflog", "--end-of-options", ref, to, from], {
    cwd: folder,
    env: bareEnv(folder),
    exitCodes: [0, 128],
  });
  return moved.ok ? ok(moved.value.exitCode === 0) : moved;
}

/** Whether `commit` is in the branch's history. */
export async function hasCommit(git: Git, folder: string, branch: string, commit: string): Promise<Result<boolean, GitFailure>> {
  const found = await git.run(["merge-base", "--is-ancestor", commit, `refs/heads/${branch}`], {
    cwd: folder,
    env: bareEnv(folder),
    exitCodes: [0, 1, 128],
  });
  return found.ok ? ok(found.value.exitCode === 0) : found;
}
