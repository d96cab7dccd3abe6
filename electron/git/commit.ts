import { ok, fail, type Result } from "../../shared/result.ts";
import type { CommitIndex } from "./commit-index.ts";
import type { Git, GitFailure } from "./git.ts";
import { moveIndex } from "./move-index.ts";
import { line, resolveCommit } from "./repository.ts";

export type Committed = { commit: string; output: string };

type CommitCall = {
  message: string;
  /** The commit that the index began with; null where there was none. */
  before: string | null;
  /** Stops git and its hooks. */
  signal: AbortSignal;
  /** What git and the hooks print, as they print it. */
  onOutput(text: string): void;
};

/**
 * Commits what is in the index of ours, with the user's own hooks and signing, for as long as those take. The
 * repository's own index has it from the beginning, as after `git add`, and what else was staged in it; where nothing is
 * committed it is as it was. Fails with all that was printed.
 */
export async function commitIndex(
  git: Git,
  folder: string,
  index: CommitIndex,
  { message, before, signal, onOutput }: CommitCall,
): Promise<Result<Committed, GitFailure>> {
  const tree = await index.run(["write-tree"]);
  if (!tree.ok) return tree;
  const wanted = line(tree.value.stdout);
  const staged = await moveIndex(git, folder, before, wanted);
  if (!staged.ok) return staged;
  const committed = await index.run(["commit", "--cleanup=whitespace", `--message=${message}`], {
    asUser: true,
    timeoutMs: null,
    signal,
    onOutput,
  });
  // A hook that runs after the commit can fail or hang without undoing it; where HEAD is, is what counts.
  const head = await resolveCommit(git, folder, "HEAD");
  const after = head.ok && head.value !== before ? head.value : null;
  const moved = await moveIndex(git, folder, wanted, after ?? before);
  if (!head.ok) return head;
  if (after === null)
    return committed.ok
      ? fail({ type: "exit", message: "nothing to commit", exitCode: 0, stderr: committed.value.stderr })
      : committed;
  const printed = committed.ok
    ? `${committed.value.stderr}${committed.value.stdout.toString("utf8")}`.trim()
    : committed.error.stderr || committed.error.message;
  const note = moved.ok ? "" : `\nThe commit is made. What is staged couldn't be brought up to it: ${moved.error.message}`;
  return ok({ commit: after, output: printed + note });
}

/** Name of the branch HEAD is on; null where it is detached. */
export async function branchOf(git: Git, folder: string): Promise<Result<string | null, GitFailure>> {
  const head = await git.run(["symbolic-ref", "--quiet", "--short", "HEAD"], { cwd: folder, exitCodes: [0, 1, 128] });
  return head.ok ? ok(head.value.exitCode === 0 ? line(head.value.stdout) : null) : head;
}
