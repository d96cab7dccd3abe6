import { ok, type Result } from "../../shared/result.ts";
import { nextTurn } from "../lib/slices.ts";
import type { CatFile } from "../git/cat-file.ts";
import type { GitFailure } from "../git/git.ts";
import { writeObjects } from "../git/loose-objects.ts";
import { edited, itemsAt, stepsTo, unreadOf, type Tree, type TreeEdit, type Trees } from "../git/tree-objects.ts";
import type { TreeEntry } from "../git/trees.ts";

type Store = { objectsDir: string; objects: CatFile };

/** A tree with entries put or taken away. Only the folders on the way are read, and only those that change are written. */
export async function editTree(
  { objectsDir, objects }: Store,
  tree: string,
  edits: readonly TreeEdit[],
): Promise<Result<string, GitFailure>> {
  const steps = await stepsTo(edits);
  const trees = await treesAlong(objects, tree, steps);
  if (!trees.ok) return trees;
  await nextTurn();
  const { root, made } = await edited(tree, steps, trees.value);
  const written = await writeObjects(
    objectsDir,
    Array.from(made, ([oid, bytes]) => ({ type: "tree", oid, bytes })),
  );
  return written.ok ? ok(root) : written;
}

/** Entries of a tree at these paths; folders are left out. */
export async function entriesAt(
  { objects }: Store,
  tree: string,
  paths: readonly string[],
): Promise<Result<TreeEntry[], GitFailure>> {
  await nextTurn();
  const steps = await stepsTo(paths.map((path) => ({ path, mode: "", oid: null })));
  const trees = await treesAlong(objects, tree, steps);
  if (!trees.ok) return trees;
  await nextTurn();
  return ok(itemsAt(tree, steps, trees.value));
}

async function treesAlong(
  objects: CatFile,
  root: string,
  steps: Awaited<ReturnType<typeof stepsTo>>,
): Promise<Result<Trees, GitFailure>> {
  const trees = new Map<string, Tree>();
  for (let unread = unreadOf(root, steps, trees); unread.length > 0; unread = unreadOf(root, steps, trees)) {
    const read = await objects.readTrees(unread);
    if (!read.ok) return read;
    for (const [oid, tree] of read.value) trees.set(oid, tree);
    await nextTurn();
  }
  return ok(trees);
}
