import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodePath } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { CatFile } from "../git/cat-file.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { ignoredOf, listIndexedIgnored } from "../git/ignored.ts";
import type { GitPlace } from "../git/place.ts";
import { listNamed, type TreeEntry } from "../git/trees.ts";
import { refusedPath } from "../lib/path-guard.ts";
import type { CopyRef } from "./snapshot-store.ts";
import type { StoreFolder } from "./store-folder.ts";

const maxRulesBytes = 16 * 1024 * 1024;

/**
 * Of these paths those that were ignored where `tree` was taken, by the rules that it holds. Whoever asks leaves out the
 * paths that the tree has: git ignores nothing that is tracked.
 */
export async function ignoredAt(
  git: Git,
  { dir, objects }: { dir: string; objects: CatFile },
  place: GitPlace,
  tree: string,
  paths: readonly string[],
): Promise<Result<Set<string>, GitFailure>> {
  if (paths.length === 0) return ok(new Set());
  const listed = await listNamed(git, place, tree, ".gitignore");
  if (!listed.ok) return listed;
  const rules = listed.value.filter(({ path: at, mode }) => mode.startsWith("100") && refusedPath(at) === null);
  const scratch = await mkdtemp(path.join(dir, "edit-"));
  try {
    const written = await writeRules(objects, scratch, rules);
    if (!written.ok) return written;
    const apart = { cwd: scratch, env: { ...place.env, GIT_WORK_TREE: scratch } };
    const ignored = await ignoredOf(git, apart, paths, { tracked: true });
    return ignored.ok ? ok(new Set(ignored.value)) : ignored;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function writeRules(objects: CatFile, scratch: string, rules: readonly TreeEntry[]): Promise<Result<null, GitFailure>> {
  if (rules.length === 0) return ok(null);
  const contents = await objects.readFirst([...new Set(rules.map(({ oid }) => oid))], maxRulesBytes);
  if (!contents.ok) return contents;
  for (const { path: at, oid } of rules) {
    const bytes = contents.value.get(oid);
    if (!bytes) continue;
    await mkdir(Buffer.from(encodePath(path.posix.dirname(`${scratch}/${at}`))), { recursive: true });
    await writeFile(Buffer.from(encodePath(`${scratch}/${at}`)), bytes);
  }
  return ok(null);
}

/**
 * Paths that our index of the copy has, and that are ignored now: their rules came later, and the project's own git
 * doesn't track them. Where that can't be asked, none: better a file too many in a snapshot than a tracked one too few.
 */
export async function ignoredSince(git: Git, folder: StoreFolder, copy: CopyRef): Promise<Result<string[], GitFailure>> {
  const listed = await listIndexedIgnored(git, folder.place(copy));
  if (!listed.ok || folder.borrowsFrom === null || listed.value.length === 0) return listed;
  const untracked = await ignoredOf(git, { cwd: copy.path, env: {} }, listed.value, { tracked: false });
  return untracked.ok ? untracked : ok([]);
}
