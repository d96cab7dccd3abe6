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
  onOutput: (text: string) => void;
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
  // Git takes the commit that is there by now for its parent, and the index would undo what that brought.
  const current = await resolveCommit(git, folder, "HEAD");
  if (!current.ok || current.value !== before) {
    await moveIndex(git, folder, wanted, before);
    return current.ok ? fail(movedMeanwhile()) : current;
  }
  const committed = await index.run(["commit", "--cleanup=whitespace", `--message=${message}`], {
    asUser: true,
    timeoutMs: null,
    signal,
    onOutput,
  });
  const made = await commitMade(git, folder, index, before);
  const after = made.ok ? made.value : null;
  const moved = await moveIndex(git, folder, wanted, after ?? before);
  if (!made.ok) return made;
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

/**
 * The commit that was made of the index, null where none was. A hook that runs after the commit can fail or hang without
 * undoing it: what counts is where HEAD is. Somebody else may have committed meanwhile, which is no commit of ours.
 */
async function commitMade(
  git: Git,
  folder: string,
  index: CommitIndex,
  before: string | null,
): Promise<Result<string | null, GitFailure>> {
  const head = await resolveCommit(git, folder, "HEAD");
  if (!head.ok || head.value === null || head.value === before) return head.ok ? ok(null) : head;
  const parent = await resolveCommit(git, folder, "HEAD^");
  const tree = await index.run(["rev-parse", "--verify", "HEAD^{tree}"]);
  // What hooks added to the index is in it.
  const ours = await index.run(["write-tree"]);
  const isOurs = parent.ok && tree.ok && ours.ok && parent.value === before && tree.value.stdout.equals(ours.value.stdout);
  return ok(isOurs ? head.value : null);
}

function movedMeanwhile(): GitFailure {
  const message = "Somebody else committed in the checkout meanwhile. Look at what is left, and commit again.";
  return { type: "exit", message, exitCode: 1, stderr: message };
}

/** Name of the branch HEAD is on; null where it is detached. */
export async function branchOf(git: Git, folder: string): Promise<Result<string | null, GitFailure>> {
  const head = await git.run(["symbolic-ref", "--quiet", "--short", "HEAD"], { cwd: folder, exitCodes: [0, 1, 128] });
  return head.ok ? ok(head.value.exitCode === 0 ? line(head.value.stdout) : null) : head;
}
