import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import type { Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "../git/git.ts";
import type { GitPlace } from "../git/place.ts";
import { readTree, setEntries, writeTree } from "../git/trees.ts";

/** A tree with entries put or taken away, made in an index that lives as long as this call. */
export async function editTree(
  git: Git,
  place: GitPlace,
  storeDir: string,
  tree: string,
  edits: readonly { path: string; mode: string; oid: string | null }[],
): Promise<Result<string, GitFailure>> {
  const folder = await mkdtemp(path.join(storeDir, "edit-"));
  const apart = { ...place, env: { ...place.env, GIT_INDEX_FILE: path.join(folder, "index") } };
  try {
    const read = await readTree(git, apart, tree);
    if (!read.ok) return read;
    const set = await setEntries(git, apart, edits, tree);
    return set.ok ? await writeTree(git, apart, { missingOk: true }) : set;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
