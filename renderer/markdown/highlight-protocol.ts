/** What the colours tell apart. The rest is drawn as text: most of a code is, and each run with a look is an element. */
export type CodeKind = "comment" | "constant" | "deleted" | "function" | "inserted" | "keyword" | "name" | "string";

/** A run of characters of one look. */
export type CodeToken = { text: string; kind: CodeKind | null };

export type HighlightRequest = { id: number; code: string; lang: string };
/** `lines`: per line; null when the language isn't known. `failed`: it wasn't found out. */
export type HighlightAnswer = { id: number } & ({ failed: false; lines: CodeToken[][] | null } | { failed: true });
