import { decodePaths, encodePaths } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";

const longMs = 10 * 60_000;
/** Looks at a million files in seconds; what takes longer waits for something, as on a pipe that is called `.gitignore`. */
const lookMs = 60_000;
const listingBytes = 512 * 1024 * 1024;
const exactNames = ["-c", "core.ignoreCase=false"];

/**
 * Paths whose file isn't as the index remembers it (by stat, so one may have the same content still), gone ones
 * included. Submodules are compared by their HEAD alone: looking into one would run
 * git under its configuration.
 */
export async function listStale(git: Git, place: GitPlace): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["diff-files", "-z", "--name-only", "--no-ext-diff", "--ignore-submodules=dirty", "--"], {
    ...place,
    timeoutMs: lookMs,
    maxBytes: listingBytes,
  });
  return listed.ok ? ok(decodePaths(listed.value.stdout)) : listed;
}

/** Files that the index doesn't have and that aren't ignored. A repository inside is one path that ends in `/`. */
export async function listUntracked(git: Git, place: GitPlace): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["ls-files", "-z", "--others", "--exclude-standard"], {
    ...place,
    timeoutMs: lookMs,
    maxBytes: listingBytes,
  });
  return listed.ok ? ok(decodePaths(listed.value.stdout)) : listed;
}

/** The same by their very names, whatever the repository says of letter case: a file that only changed it is one. */
export async function listUntrackedExactly(git: Git, place: GitPlace): Promise<Result<string[], GitFailure>> {
  const listed = await git.run([...exactNames, "ls-files", "-z", "--others", "--exclude-standard"], {
    ...place,
    timeoutMs: lookMs,
    maxBytes: listingBytes,
  });
  return listed.ok ? ok(decodePaths(listed.value.stdout)) : listed;
}

/** Paths that a merge, or whatever else brings changes together, left in conflict and nobody has resolved yet. */
export async function listUnmerged(git: Git, place: GitPlace): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["ls-files", "-z", "--unmerged"], { ...place, timeoutMs: lookMs, maxBytes: listingBytes });
  if (!listed.ok) return listed;
  // Each stage of a path is its mode, oid and number, a tab, and the path.
  const paths = decodePaths(listed.value.stdout).map((stage) => stage.slice(stage.indexOf("\t") + 1));
  return ok([...new Set(paths)]);
}

export async function listIndexed(git: Git, place: GitPlace): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["ls-files", "-z", "--cached", "--deduplicate"], { ...place, maxBytes: listingBytes });
  return listed.ok ? ok(decodePaths(listed.value.stdout)) : listed;
}

/** From so many files on their contents become one pack: a loose object each costs ten times as much. */
const packedFrom = 32;
/** Git streams what is larger than this (a byte) into a pack. */
const intoPack = ["-c", "core.bigFileThreshold=1"];
/** What is streamed into one, for it is large or one of many, is pressed as fast as loose objects are, or not at all. */
const pressed = (level: 0 | 1): string[] => ["-c", `pack.compression=${level}`];

/**
 * `known`: the repository mostly has the contents. Git looks for one before it presses it loose and after it pressed it for a
 * pack, so no pack is made of many then, and a large one, which always goes that way, isn't pressed. `loose`: no pack is
 * made either, for git doesn't make a content young again that it finds as it packs, which matters where the old is thrown
 * away meanwhile. `tiny`: links and files of a byte at most, which become loose objects always and go first, by themselves:
 * a pack that git begins after a loose object in the same batch is lost, and the command fails at its end.
 */
type Storing = { known: boolean; loose: boolean; tiny: ReadonlySet<string> };

/** Puts these paths into the index as they are on the disk; what is gone is taken out. */
export async function updateIndex(
  git: Git,
  place: GitPlace,
  paths: readonly string[],
  { known, loose, tiny }: Storing,
): Promise<Result<null, GitFailure>> {
  const settings = [...exactNames, ...pressed(known ? 0 : 1)];
  const packed = loose || known ? [] : paths.filter((path) => !tiny.has(path));
  if (packed.length < packedFrom) return putIntoIndex(git, place, paths, settings);
  const first = paths.filter((path) => tiny.has(path));
  const put = first.length > 0 ? await putIntoIndex(git, place, first, settings) : ok(null);
  return put.ok ? putIntoIndex(git, place, packed, [...settings, ...intoPack]) : put;
}

async function putIntoIndex(
  git: Git,
  place: GitPlace,
  paths: readonly string[],
  settings: readonly string[],
): Promise<Result<null, GitFailure>> {
  const updated = await git.run([...settings, "update-index", "-z", "--add", "--remove", "--replace", "--stdin"], {
    ...place,
    input: encodePaths(paths),
    timeoutMs: longMs,
  });
  return updated.ok ? ok(null) : updated;
}

/**
 * The repository's own index takes files as they are now, by the person's filters, where these make of them what it has
 * already: it knows their stat then. Those that have something else staged are left.
 */
export async function knowFiltered(
  git: Git,
  worktree: string,
  files: readonly { path: string; oid: string }[],
  env: Record<string, string>,
): Promise<Result<null, GitFailure>> {
  const staged = await git.run(["ls-files", "--stage", "-z"], { cwd: worktree, maxBytes: listingBytes });
  if (!staged.ok) return staged;
  const known = new Set(decodePaths(staged.value.stdout).map((entry) => entry.slice(entry.indexOf(" ") + 1)));
  const input = encodePaths(files.filter(({ path, oid }) => known.has(`${oid} 0\t${path}`)).map(({ path }) => path));
  const done = await git.run([...exactNames, "update-index", "-z", "--stdin"], { cwd: worktree, env, asUser: true, input });
  return done.ok ? ok(null) : done;
}

/** Takes paths out of the index; the files stay. */
export async function dropFromIndex(git: Git, place: GitPlace, paths: readonly string[]): Promise<Result<null, GitFailure>> {
  const dropped = await git.run([...exactNames, "update-index", "-z", "--force-remove", "--stdin"], {
    ...place,
    input: encodePaths(paths),
  });
  return dropped.ok ? ok(null) : dropped;
}
