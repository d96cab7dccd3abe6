import type { TreeChange } from "../git/diff-tree.ts";
import { pathsOf } from "./pending.ts";

/**
 * The changes that a choice can't be carried out without: a folder that takes a file's place, or a file that takes a
 * folder's, needs what was there to go. Paths, sorted.
 */
export function missingFrom(chosen: readonly TreeChange[], all: readonly TreeChange[]): string[] {
  const taken = new Set(chosen);
  const paths = chosen.flatMap(pathsOf);
  const needed = all.filter(
    (change) => !taken.has(change) && pathsOf(change).some((one) => paths.some((path) => inTheWay(one, path))),
  );
  return needed.map((change) => change.path).sort();
}

function inTheWay(one: string, other: string): boolean {
  return one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
