import { decodePath, decodePaths, encodePaths } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";
import { line } from "./repository.ts";

const longMs = 10 * 60_000;

export type TreeEntry = { path: string; mode: string; oid: string };

/** Fills the index with a tree. Without the stat of files, until `refreshIndex` has compared them. */
export async function readTree(git: Git, place: GitPlace, tree: string): Promise<Result<null, GitFailure>> {
  const done = await git.run(["read-tree", "--end-of-options", tree], { ...place, timeoutMs: longMs });
  return done.ok ? ok(null) : done;
}

/** Compares every file with the index and remembers the stat of those that are the same. */
export async function refreshIndex(git: Git, place: GitPlace): Promise<Result<null, GitFailure>> {
  // A large content goes the way into a pack, though none is made here: it isn't pressed for it.
  const done = await git.run(["-c", "pack.compression=0", "update-index", "-q", "--ignore-submodules", "--refresh"], {
    ...place,
    timeoutMs: longMs,
    exitCodes: [0, 1],
  });
  return done.ok ? ok(null) : done;
}

export async function writeTree(
  git: Git,
  place: GitPlace,
  options: { missingOk?: boolean } = {},
): Promise<Result<string, GitFailure>> {
  const written = await git.run(["write-tree", ...(options.missingOk ? ["--missing-ok"] : [])], { ...place, timeoutMs: longMs });
  return written.ok ? ok(line(written.value.stdout)) : written;
}

/** Entries of a tree at these paths, folders left out; all files of the tree without `paths`. */
export async function listTree(
  git: Git,
  place: GitPlace,
  tree: string,
  paths?: readonly string[],
): Promise<Result<TreeEntry[], GitFailure>> {
  // Arguments are text: what isn't UTF-8, or too much for a command line, is looked up in the whole listing.
  const some = paths && paths.length <= 200 && paths.every((path) => path.isWellFormed()) ? paths : null;
  const listed = await git.run(
    ["ls-tree", "-z", "--full-tree", ...(some ? [] : ["-r"]), "--end-of-options", tree, ...(some ? ["--", ...some] : [])],
    {
      ...place,
      timeoutMs: longMs,
      maxBytes: 512 * 1024 * 1024,
    },
  );
  if (!listed.ok) return listed;
  const wanted = paths ? new Set(paths) : null;
  const entries = decodePaths(listed.value.stdout).map(parseEntry);
  return ok(entries.filter((entry) => entry.mode !== "040000" && (wanted?.has(entry.path) ?? true)));
}

/** Every folder of a tree, and every submodule. */
export async function listFolders(git: Git, place: GitPlace, tree: string): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["ls-tree", "-r", "-d", "-z", "--name-only", "--full-tree", "--end-of-options", tree], {
    ...place,
    maxBytes: 512 * 1024 * 1024,
  });
  return listed.ok ? ok(decodePaths(listed.value.stdout)) : listed;
}

/** Files of a tree that are called so, in any folder. The other entries, which may be a hundred thousand, don't become text. */
export async function listNamed(git: Git, place: GitPlace, tree: string, name: string): Promise<Result<TreeEntry[], GitFailure>> {
  const listed = await git.run(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", tree], {
    ...place,
    timeoutMs: longMs,
    maxBytes: 512 * 1024 * 1024,
  });
  if (!listed.ok) return listed;
  const { stdout } = listed.value;
  const found: TreeEntry[] = [];
  for (let at = stdout.indexOf(`${name}\0`); at !== -1; at = stdout.indexOf(`${name}\0`, at + 1)) {
    const start = stdout.lastIndexOf(0, at) + 1;
    const entry = parseEntry(decodePath(stdout.subarray(start, at + Buffer.byteLength(name))));
    if (entry.path === name || entry.path.endsWith(`/${name}`)) found.push(entry);
  }
  return ok(found);
}

/** Where a tree points at commits of other repositories: its submodules. */
export async function listLinks(git: Git, place: GitPlace, tree: string): Promise<Result<TreeEntry[], GitFailure>> {
  const listed = await git.run(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", tree], {
    ...place,
    timeoutMs: longMs,
    maxBytes: 512 * 1024 * 1024,
  });
  if (!listed.ok) return listed;
  // Most trees have none; then their hundred thousand entries needn't become text.
  if (!listed.value.stdout.includes("160000 commit ")) return ok([]);
  return ok(
    decodePaths(listed.value.stdout)
      .map(parseEntry)
      .filter(({ mode }) => mode === "160000"),
  );
}

function parseEntry(text: string): TreeEntry {
  const tab = text.indexOf("\t");
  const [mode = "", , oid = ""] = text.slice(0, tab).split(" ");
  return { path: text.slice(tab + 1), mode, oid };
}

/**
 * Puts entries into the index (`oid` null: takes them out), whatever is on the disk. `like`: any object id of the
 * repository, which tells how long they are.
 */
export async function setEntries(
  git: Git,
  place: GitPlace,
  edits: readonly { path: string; mode: string; oid: string | null }[],
  like: string,
): Promise<Result<null, GitFailure>> {
  const ordered = [...edits.filter((edit) => edit.oid === null), ...edits.filter((edit) => edit.oid !== null)];
  const zero = "0".repeat(like.length);
  const input = encodePaths(ordered.map(({ path, mode, oid }) => `${oid === null ? "0" : mode} ${oid ?? zero}\t${path}`));
  const done = await git.run(["update-index", "-z", "--replace", "--index-info"], { ...place, input });
  return done.ok ? ok(null) : done;
}

/** The tree of a commit-ish, of the part of it that `cwd` stands in; null where nothing is called so. */
export async function treeOfCommit(git: Git, place: GitPlace, commit: string): Promise<Result<string | null, GitFailure>> {
  const found = await git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}:./`], {
    ...place,
    exitCodes: [0, 1, 128],
  });
  if (!found.ok) return found;
  const oid = decodePath(found.value.stdout).trim();
  return ok(/^[0-9a-f]{40,64}$/.test(oid) ? oid : null);
}
