import { lstatSync } from "node:fs";
import { foldName } from "../../shared/hostile-path.ts";
import { encodePath } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { CatFile } from "../git/cat-file.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { parentsOf } from "../file-sets/vet.ts";
import { ignoredAt } from "./ignore-rules.ts";
import type { KnownTrees } from "./known-trees.ts";
import type { CopyRef } from "./snapshot-store.ts";
import type { StoreFolder } from "./store-folder.ts";

/** `leftOut`: paths that differ and are nobody's work, for a snapshot left them out at one end. */
export type OwnOptions = { isNow: boolean; renames: boolean; counts: boolean };
export type OwnChanges = { changes: TreeChange[]; leftOut: string[] };

/**
 * What was done from one tree to a later one. What was ignored at either end isn't: a path that the earlier tree's rules
 * ignore was there unseen, and one that left the trees but is still on the disk (`isNow`: the later tree is the copy as
 * it is) came to be ignored.
 */
export async function ownChanges(
  { git, trees }: { git: Git; trees: KnownTrees },
  folder: StoreFolder & { objects: CatFile },
  copy: CopyRef,
  { from, to, isNow, renames, counts }: OwnOptions & { from: string; to: string },
): Promise<Result<OwnChanges, GitFailure>> {
  const place = folder.place(copy);
  const found = await trees.diff(place, from, to, { renames, counts });
  if (!found.ok) return found;
  const leftOut = await leftOutOf(git, folder, copy, found.value, { from, isNow });
  if (!leftOut.ok) return leftOut;
  if (leftOut.value.size === 0) return ok({ changes: found.value, leftOut: [] });
  // A rename with one end that isn't ours is no rename.
  const isCrossed = found.value.some(
    ({ path, oldPath }) => oldPath !== undefined && [path, oldPath].some((at) => leftOut.value.has(at)),
  );
  const apart = isCrossed ? await trees.diff(place, from, to, { renames: false, counts }) : found;
  if (!apart.ok) return apart;
  return ok({ changes: apart.value.filter(({ path }) => !leftOut.value.has(path)), leftOut: [...leftOut.value].toSorted() });
}

async function leftOutOf(
  git: Git,
  folder: StoreFolder & { objects: CatFile },
  copy: CopyRef,
  changes: readonly TreeChange[],
  { from, isNow }: { from: string; isNow: boolean },
): Promise<Result<Set<string>, GitFailure>> {
  const made = changes.filter(({ operation }) => operation === "create" || operation === "rename").map(({ path }) => path);
  const then = await ignoredAt(git, folder, folder.place(copy), from, made);
  if (!then.ok || !isNow) return then;
  const gone = changes.flatMap(({ operation, path, oldPath }) => (operation === "delete" ? [path] : (oldPath ?? [])));
  if (gone.length === 0) return then;
  // On a disk that folds case a file's old name leads to its new one, and a link that took a folder's place leads through.
  const names = new Set(made.map(foldName));
  const isInTheWay = (path: string): boolean => [...parentsOf(path), path].some((one) => names.has(foldName(one)));
  const hidden = gone.filter((path) => !isInTheWay(path) && isFileAt(copy.path, path));
  return ok(new Set([...then.value, ...hidden]));
}

/** Whether something that isn't a folder lies at a path below the root. */
export function isFileAt(root: string, path: string): boolean {
  try {
    return !lstatSync(Buffer.from(encodePath(`${root}/${path}`))).isDirectory();
  } catch {
    return false; // Gone, as the tree says, or behind something that can't be looked into.
  }
}
