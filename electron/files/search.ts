import type { FileMatch } from "../../shared/contract/files.ts";
import { pathScore } from "../../shared/fuzzy.ts";

/** The best matches, best first. With nothing typed: what lies at the top, folders first. */
export function searchPaths(entries: readonly FileMatch[], query: string, limit: number): FileMatch[] {
  if (query.trim() === "") {
    const depth = (entry: FileMatch): number => entry.path.split("/").length;
    return entries
      .toSorted((a, b) => depth(a) - depth(b) || kindOrder(a) - kindOrder(b) || compare(a.path, b.path))
      .slice(0, limit);
  }
  const scored: { entry: FileMatch; score: number }[] = [];
  for (const entry of entries) {
    const score = pathScore(query, entry.path);
    if (score !== null) scored.push({ entry, score });
  }
  return scored
    .toSorted((a, b) => b.score - a.score || compare(a.entry.path, b.entry.path))
    .slice(0, limit)
    .map(({ entry }) => entry);
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
