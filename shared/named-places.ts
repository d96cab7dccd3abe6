/** A place in a file that a text names: `start` and `end` are positions in the text, the line counts from 1. */
export type NamedPlace = { start: number; end: number; path: string; line: number };

/** `a/b.ts:12:5`, `a/b.ts(12,5)`, and Python's `File "a/b.py", line 12`. */
const patterns = [
  /(?<path>(?:\.{0,2}\/)?[\p{L}\p{N}_.@+\-[\]]+(?:\/[\p{L}\p{N}_.@+\-[\]]+)*):(?<line>\d{1,7})(?::\d{1,7})?/gu,
  /(?<path>(?:\.{0,2}\/)?[\p{L}\p{N}_.@+-]+(?:\/[\p{L}\p{N}_.@+-]+)*)\((?<line>\d{1,7})(?:,\d{1,7})?\)/gu,
  /"(?<path>[^"\n]{1,500})", line (?<line>\d{1,7})/g,
];
const longestText = 4_000;

/**
 * The places that a line of a terminal names, without asking whether they are there. `root` is the working copy's folder,
 * in which absolute paths are taken for its own; others, and what leads out of it, are left out. Pure.
 */
export function namedPlaces(text: string, root: string): NamedPlace[] {
  if (text.length > longestText) return [];
  const found: NamedPlace[] = [];
  for (const pattern of patterns)
    for (const match of text.matchAll(pattern)) {
      const { path = "", line = "" } = match.groups ?? {};
      const inside = insideOf(path, root);
      const [start, end] = [match.index, match.index + match[0].length];
      if (inside === null || text[start - 1] === "/" || text[start - 1] === ":") continue;
      if (found.every((other) => end <= other.start || other.end <= start))
        found.push({ start, end, path: inside, line: Number(line) });
    }
  return found;
}

function insideOf(path: string, root: string): string | null {
  const relative = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path.replace(/^(?:\.\/)+/, "");
  return relative === "" || relative.startsWith("/") || relative.split("/").includes("..") ? null : relative;
}
