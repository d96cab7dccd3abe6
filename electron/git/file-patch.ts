import { ok, type Result } from "../../shared/result.ts";
import { parseDiffTree, plain, type TreeChange } from "./diff-tree.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";

export type Patch = { text: string; truncated: boolean };

const names = ["--src-prefix=a/", "--dst-prefix=b/"];
const mostBytes = 64 * 1024 * 1024;

/** A patch as text; bytes that aren't UTF-8 show as replacement marks. Cut at a line's end before `maxBytes`. */
export async function patchOf(
  git: Git,
  place: GitPlace,
  from: string,
  to: string,
  paths: readonly string[],
  maxBytes: number,
): Promise<Result<Patch, GitFailure>> {
  const args = ["diff-tree", ...plain, "-p", "-M", ...names, "--end-of-options", from, to];
  const call = limitedTo(place, args, paths);
  const made = await git.run(call.args, { ...call.place, maxBytes: Math.max(maxBytes, mostBytes) });
  if (!made.ok) return made.error.type === "output-too-large" ? ok({ text: "", truncated: true }) : made;
  return ok(cut(made.value.stdout, maxBytes));
}

/**
 * The same of one change, from a tree to the file on the disk, which git looks at; null where it isn't the change any more,
 * as the place's index remembers it, or where that can't be told so.
 */
export async function patchIfStill(
  git: Git,
  place: GitPlace,
  from: string,
  change: TreeChange,
  maxBytes: number,
): Promise<Result<Patch | null, GitFailure>> {
  const paths = change.oldPath === undefined ? [change.path] : [change.oldPath, change.path];
  if (!paths.every((path) => path.isWellFormed())) return ok(null);
  const args = ["diff-index", ...plain, "--ignore-submodules=dirty", "-z", "--raw", "--no-abbrev", "-p", "-M", ...names];
  const made = await git.run([...args, "--end-of-options", from, "--", ...paths], { ...place, maxBytes: mostBytes });
  if (!made.ok) return made.error.type === "output-too-large" ? ok(null) : made;
  const { stdout } = made.value;
  // All the raw records, an empty field, then all the patches.
  const end = stdout.indexOf("\0\0");
  const [now, ...more] = await parseDiffTree(stdout.subarray(0, end + 1));
  if (end === -1 || now === undefined || more.length > 0 || !isSameChange(now, change)) return ok(null);
  return ok(cut(stdout.subarray(end + 2), maxBytes));
}

/** Git has no id for a file that isn't as its index remembers it. */
function isSameChange(a: TreeChange, b: TreeChange): boolean {
  const facts = ["operation", "path", "oldPath", "oldMode", "oldOid", "newMode", "newOid"] as const;
  return facts.every((fact) => a[fact] === b[fact]);
}

function cut(patch: Buffer, maxBytes: number): Patch {
  if (patch.length <= maxBytes) return { text: patch.toString("utf8"), truncated: false };
  return { text: patch.subarray(0, patch.lastIndexOf(10, maxBytes - 1) + 1).toString("utf8"), truncated: true };
}

/**
 * Adds paths to a command. Arguments are text, so a byte that isn't UTF-8 is asked for with the pattern `?`, which is
 * one byte to git; the few others it may match are sorted out by who reads the answer.
 */
function limitedTo(place: GitPlace, args: readonly string[], paths: readonly string[]): { args: string[]; place: GitPlace } {
  if (paths.length > 500) return { args: [...args], place };
  if (paths.every((path) => path.isWellFormed())) return { args: [...args, "--", ...paths], place };
  const patterns = paths.map(
    (path) =>
      `:(top,glob)${path.replace(/[\\*?[\]]/g, "\\$&").replace(/[\udc80-\udcff]/g, (unit, at: number) => (isLow(path, at) ? unit : "?"))}`,
  );
  return { args: [...args, "--", ...patterns], place: { ...place, env: { ...place.env, GIT_LITERAL_PATHSPECS: "0" } } };
}

/** Whether the unit at `at` is the second half of a pair, and so part of a proper character. */
function isLow(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff;
}
