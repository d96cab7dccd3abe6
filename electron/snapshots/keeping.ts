import { writeObject } from "../git/loose-objects.ts";
import { formatTree, oidLengthOf, type OidLength, type TreeItem } from "../git/tree-objects.ts";
import type { GitFailure } from "../git/git.ts";
import { nextTurn } from "../lib/slices.ts";
import type { Result } from "../../shared/result.ts";

// Objects that are there only to keep others.

type Store = { objectsDir: string; oidLength: OidLength };

/** A tree that has these blobs or trees and nothing else. */
export async function treeOfAll(
  { objectsDir, oidLength }: Store,
  items: Iterable<TreeItem>,
): Promise<Result<string, GitFailure>> {
  const named = new Map(Array.from(items, (item, at) => [String(at), item]));
  await nextTurn();
  return writeObject(objectsDir, "tree", formatTree(named), oidLength);
}

/** A commit of a tree, without parents, by nobody. */
export function commitOf({ objectsDir }: Store, tree: string, seconds: number): Promise<Result<string, GitFailure>> {
  const who = `Hearth <hearth@localhost> ${seconds} +0000`;
  const text = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\ncheckpoint\n`;
  return writeObject(objectsDir, "commit", Buffer.from(text), oidLengthOf(tree));
}
