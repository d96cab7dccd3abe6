import type { GitPlace } from "../git/place.ts";
import type { KnownTrees } from "./known-trees.ts";
import type { Taken } from "./snapshot-store.ts";

/** Whether nothing but the copy's own files decides what was taken: what a repository inside stands at, its own git says. */
export async function isOfFilesAlone(trees: KnownTrees, place: GitPlace, { tree, skipped }: Taken): Promise<boolean> {
  const links = await trees.links(place, tree);
  return links.ok && links.value.length === 0 && !skipped.some(({ why }) => why === "repository");
}
