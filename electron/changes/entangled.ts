import { parentsOf } from "../file-sets/vet.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import { mapInSlices } from "../lib/slices.ts";
import { pathsOf } from "./pending.ts";

/**
 * The changes that a choice can't be carried out without: a folder that takes a file's place, or a file that takes a
 * folder's, needs what was there to go. Paths, sorted.
 */
export async function missingFrom(chosen: readonly TreeChange[], all: readonly TreeChange[]): Promise<string[]> {
  const taken = new Set(chosen);
  const isInTheWay = inTheWayOf(chosen.flatMap(pathsOf));
  const needed = await mapInSlices(all, (change) => !taken.has(change) && pathsOf(change).some(isInTheWay));
  return all.flatMap(({ path }, at) => (needed[at] ? [path] : [])).sort();
}

/** The groups (paths that go only together) that can go without the stuck paths, and without what has to stay with those. */
export function withoutStuck<T extends readonly string[]>(groups: readonly T[], stuck: Iterable<string>): T[] {
  let rest = [...groups];
  let left = new Set(stuck);
  while (left.size > 0) {
    const isInTheWay = inTheWayOf(left);
    const [going, staying] = [false, true].map((stays) =>
      rest.filter((group) => group.some((path) => left.has(path) || isInTheWay(path)) === stays),
    );
    rest = going ?? [];
    left = new Set(staying?.flat());
  }
  return rest;
}

/** Whether a path is a folder on the way to one of these, or has one of them on its own way. */
function inTheWayOf(paths: Iterable<string>): (path: string) => boolean {
  const files = new Set(paths);
  const folders = new Set([...files].flatMap(parentsOf));
  return (path) => folders.has(path) || parentsOf(path).some((parent) => files.has(parent));
}
