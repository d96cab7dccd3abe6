/** A place in a file that a text names: `start` and `end` are positions in the text, the line counts from 1. */
export type NamedPlace = { start: number; end: number; path: string; line: number };
/** A file that a text names, at a line or as a whole. */
export type NamedFile = { path: string; line: number | null };

/** `a/b.ts:12:5`, `a/b.ts(12,5)`, and Python's `File "a/b.py", line 12`. */
const patterns = [
  /(?<path>(?:\.{0,2}\/)?[\p{L}\p{N}_.@+\-[\]]+(?:\/[\p{L}\p{N}_.@+\-[\]]+)*):(?<line>\d{1,7})(?::\d{1,7})?/gu,
  /(?<path>(?:\.{0,2}\/)?[\p{L}\p{N}_.@+-]+(?:\/[\p{L}\p{N}_.@+-]+)*)\((?<line>\d{1,7})(?:,\d{1,7})?\)/gu,
  /"(?<path>[^"\n]{1,500})", line (?<line>\d{1,7})/g,
];
const longestText = 4_000;

/** Words of prose, without what stands around them. A reply may be long: each is looked at once, and bounded. */
const word = /[^\s"'`<>()*,;|“”„«»]+/g;
const longestWord = 300;
const longestProse = 100_000;
/** `a/b.ts`, `a/b.ts:12`, `a/b.ts:12:5`, `a/b.ts:12-20` and `a/b.ts#L12-L20`. */
const file = /^(?<path>[^:#]+)(?::(?<line>\d{1,7})(?::\d{1,7})?(?:-\d{1,7})?|#L(?<mark>\d{1,7})(?:-L?\d{1,7})?)?$/;
const extension = /[^/.]\.[\p{L}\p{N}_-]{1,12}$/u;

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

/** The file that a text is the name of, as a whole, at a line or without one; null for what leads elsewhere. Pure. */
export function namedFile(text: string, root: string): NamedFile | null {
  if (text.length > longestWord) return null;
  const { path = "", line, mark } = file.exec(text)?.groups ?? {};
  const inside = insideOf(path, root);
  const at = line ?? mark;
  return inside === null ? null : { path: inside, line: at === undefined ? null : Number(at) };
}

/** Where in prose words stand that may be names of files: those with a line, or with a name's ending. Pure. */
export function wordsLikeFiles(text: string): { start: number; end: number }[] {
  if (text.length > longestProse) return [];
  const found: { start: number; end: number }[] = [];
  for (const { 0: whole, index } of text.matchAll(word)) {
    const name = whole.replace(/[.:!?…]+$/, "");
    const path = file.exec(name.slice(0, longestWord + 1))?.groups?.["path"];
    if (path === undefined || name.length > longestWord || !extension.test(path)) continue;
    found.push({ start: index, end: index + name.length });
  }
  return found;
}

function insideOf(path: string, root: string): string | null {
  const relative = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path.replace(/^(?:\.\/)+/, "");
  return relative === "" || relative.startsWith("/") || relative.split("/").includes("..") ? null : relative;
}
