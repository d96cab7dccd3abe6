import { encodePath } from "../../shared/path-text.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";
import { line, resolveCommit } from "./repository.ts";

const commitMs = 120_000;
const fromStdin = ["--pathspec-from-file=-", "--pathspec-file-nul"];

/**
 * Commits these paths (relative to `folder`) as they are on the disk, and nothing else that is staged. Hooks and
 * signing are the user's own. Fails with all they printed; the index is then as it was.
 */
export async function commitPaths(
  git: Git,
  folder: string,
  paths: readonly string[],
  message: string,
  timeoutMs: number = commitMs,
): Promise<Result<{ commit: string; output: string }, GitFailure>> {
  const before = await resolveCommit(git, folder, "HEAD");
  if (!before.ok) return before;
  // `commit --only` knows no files that git doesn't; they are announced first, without their content.
  const unknown = await unknownPaths(git, folder, paths);
  if (!unknown.ok) return unknown;
  const announced = await announce(git, folder, unknown.value);
  if (!announced.ok) return announced;
  const committed = await git.run(["commit", "--only", "--cleanup=whitespace", `--message=${message}`, ...fromStdin], {
    cwd: folder,
    asUser: true,
    input: pathspecs(paths),
    timeoutMs,
  });
  const after = await resolveCommit(git, folder, "HEAD");
  if (!after.ok) return after;
  // A hook that runs after the commit can fail or hang without undoing it; where HEAD is, is what counts.
  if (after.value !== null && after.value !== before.value) return ok({ commit: after.value, output: outputOf(committed) });
  const forgotten = await forget(git, folder, unknown.value);
  if (!forgotten.ok) return forgotten;
  return committed.ok
    ? fail({ type: "exit", message: "nothing to commit", exitCode: 0, stderr: committed.value.stderr })
    : committed;
}

function outputOf(done: Result<{ stdout: Buffer; stderr: string }, GitFailure>): string {
  return done.ok ? `${done.value.stderr}${done.value.stdout.toString("utf8")}`.trim() : done.error.stderr || done.error.message;
}

async function unknownPaths(git: Git, folder: string, paths: readonly string[]): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["ls-files", "-z", "--cached"], { cwd: folder });
  if (!listed.ok) return listed;
  const known = new Set(splitNul(listed.value.stdout));
  return ok(paths.filter((path) => !known.has(latin1(path))));
}

// Names are compared as bytes: one that isn't UTF-8 must not be taken for another.
function splitNul(output: Buffer): string[] {
  return output.toString("latin1").split("\0").filter(Boolean);
}

function latin1(path: string): string {
  return Buffer.from(encodePath(path)).toString("latin1");
}

async function announce(git: Git, folder: string, paths: readonly string[]): Promise<Result<null, GitFailure>> {
  if (paths.length === 0) return ok(null);
  const added = await git.run(["add", "--intent-to-add", "--force", ...fromStdin], {
    cwd: folder,
    asUser: true,
    input: pathspecs(paths),
  });
  return added.ok ? ok(null) : added;
}

async function forget(git: Git, folder: string, paths: readonly string[]): Promise<Result<null, GitFailure>> {
  if (paths.length === 0) return ok(null);
  const removed = await git.run(["rm", "--cached", "--quiet", "--force", "--ignore-unmatch", ...fromStdin], {
    cwd: folder,
    asUser: true,
    input: pathspecs(paths),
  });
  return removed.ok ? ok(null) : removed;
}

/** Each path taken literally. The magic word and not the environment's switch, which the hooks' own commands would inherit. */
function pathspecs(paths: readonly string[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [Buffer.from(":(literal)"), Buffer.from(encodePath(path)), Buffer.from([0])]));
}

/** Name of the branch HEAD is on; null where it is detached. */
export async function branchOf(git: Git, folder: string): Promise<Result<string | null, GitFailure>> {
  const head = await git.run(["symbolic-ref", "--quiet", "--short", "HEAD"], { cwd: folder, exitCodes: [0, 1, 128] });
  return head.ok ? ok(head.value.exitCode === 0 ? line(head.value.stdout) : null) : head;
}
