import type { FileMatch } from "../../shared/contract/files.ts";
import { pathScore } from "../../shared/fuzzy.ts";

type Placed = { entry: FileMatch; path: string; outside: number };

/**
 * The best matches, best first. With nothing typed: what lies at the top, folders first. In a project that is a `folder`
 * of its repository that is its top, and what lies outside comes after what matches as well inside.
 */
export function searchPaths(entries: readonly FileMatch[], query: string, limit: number, folder = ""): FileMatch[] {
  const placed = entries.map((entry) => placeIn(entry, folder));
  const found = query.trim() === "" ? placed.toSorted(byPlace) : matching(placed, query);
  return found.slice(0, limit).map(({ entry }) => entry);
}

function placeIn(entry: FileMatch, folder: string): Placed {
  if (folder === "") return { entry, path: entry.path, outside: 0 };
  const isInside = entry.path.startsWith(`${folder}/`);
  return { entry, path: isInside ? entry.path.slice(folder.length + 1) : entry.path, outside: isInside ? 0 : 1 };
}

function byPlace(a: Placed, b: Placed): number {
  const depth = ({ path }: Placed): number => path.split("/").length;
  return a.outside - b.outside || depth(a) - depth(b) || kindOrder(a.entry) - kindOrder(b.entry) || compare(a.path, b.path);
}

function matching(placed: readonly Placed[], query: string): Placed[] {
  const scored = placed.flatMap((one) => {
    const score = pathScore(query, one.path);
    return score === null ? [] : [{ ...one, score }];
  });
  return scored.toSorted((a, b) => b.score - a.score || a.outside - b.outside || compare(a.path, b.path));
}

/** Files and every folder that holds one. */
export function withFolders(files: readonly string[]): FileMatch[] {
  const folders = new Set<string>();
  for (const file of files) {
    let at = file.lastIndexOf("/");
    while (at > 0) {
      const folder = file.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
      at = folder.lastIndexOf("/");
    }
  }
  return [
    ...[...folders].map((path): FileMatch => ({ path, kind: "folder" })),
    ...files.map((path): FileMatch => ({ path, kind: "file" })),
  ];
}

function kindOrder(entry: FileMatch): number {
  return entry.kind === "folder" ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
