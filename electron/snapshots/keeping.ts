import { writeObject, writeObjects } from "../git/loose-objects.ts";
import { folderMode, formatTree, oidLengthOf, oidOf, type OidLength, type TreeItem } from "../git/tree-objects.ts";
import type { GitFailure } from "../git/git.ts";
import { inParts } from "../lib/slices.ts";
import { ok, type Result } from "../../shared/result.ts";

// Objects that are there only to keep others.

type Store = { objectsDir: string; oidLength: OidLength };

/** A tree that has these blobs or trees and nothing else. */
export async function treeOfAll(
  { objectsDir, oidLength }: Store,
  items: Iterable<TreeItem>,
): Promise<Result<string, GitFailure>> {
  const trees: { type: "tree"; oid: string; bytes: Buffer }[] = [];
  const add = async (tree: readonly TreeItem[]): Promise<void> => {
    const bytes = await formatTree(new Map(tree.map((item, at) => [String(at), item])));
    trees.push({ type: "tree", oid: oidOf("tree", bytes, oidLength), bytes });
  };
  await inParts([...items], add);
  // Of more than one part, and of none, their own tree.
  if (trees.length !== 1) await add(trees.map(({ oid }) => ({ mode: folderMode, oid })));
  const written = await writeObjects(objectsDir, trees);
  return written.ok ? ok(trees.at(-1)?.oid ?? "") : written;
}

/** A commit of a tree, without parents, by nobody. */
export function commitOf({ objectsDir }: Store, tree: string, seconds: number): Promise<Result<string, GitFailure>> {
  const who = `Hearth <hearth@localhost> ${seconds} +0000`;
  const text = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\ncheckpoint\n`;
  return writeObject(objectsDir, "commit", Buffer.from(text), oidLengthOf(tree));
}
