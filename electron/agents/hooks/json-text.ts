import { createScanner, findNodeAtLocation, parseTree, type JSONPath, type Node } from "jsonc-parser";

/**
 * Text edits on JSON that leave every other character of the person's as it is. `at` is a path that is there; a text that
 * isn't JSON is left alone. Pure.
 */

/** Puts a value at the end of the object (under `name`) or array at `at`, indented as its neighbours are. */
export function insertInto(text: string, at: JSONPath, name: string | null, value: unknown): string {
  const container = nodeAt(text, at);
  if (!container) return text;
  const unit = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  const eol = eolOf(text);
  const last = container.children?.at(-1);
  const written = (indent: string | null): string => {
    const json = JSON.stringify(value, null, indent === null ? undefined : unit).replaceAll("\n", `${eol}${indent}`);
    return name === null ? json : `${JSON.stringify(name)}: ${json}`;
  };
  const inside = container.offset + container.length - 1;
  if (last) {
    const indent = ownLine(text, last.offset);
    const end = last.offset + last.length;
    const { comma, before, after } = between(text.slice(end, inside));
    const [same, rest] = sameLine(comma ? after : before + after);
    const space = indent === null ? (endsInLineComment(same) ? eol : " ") : `${eol}${indent}`;
    // Who writes a comma behind the last goes on to.
    const put = comma ? `${before},${same}${space}${written(indent)},` : `,${same}${space}${written(indent)}`;
    return splice(text, end, inside, `${put}${rest}`);
  }
  const outer = indentOf(text, container.offset);
  const indent = outer + unit;
  const start = container.offset + 1;
  // A comment of the person's may stand in it.
  const inner = text.slice(start, inside).trimEnd();
  return splice(text, start, inside, `${inner}${eol}${indent}${written(indent)}${eol}${outer}`);
}

/** Takes away what is at `at`, with the comma that it needed; what the person wrote around it stays. */
export function removeAt(text: string, at: JSONPath): string {
  const found = nodeAt(text, at);
  if (!found) return text;
  const node = found.parent?.type === "property" ? found.parent : found;
  const outer = node.parent;
  if (!outer) return text;
  const siblings = outer.children ?? [];
  const index = siblings.indexOf(node);
  const [previous, next] = [siblings[index - 1], siblings[index + 1]];
  const [start, end] = [node.offset, node.offset + node.length];
  const from = previous ? previous.offset + previous.length : outer.offset + 1;
  const to = next ? next.offset : outer.offset + outer.length - 1;
  const [lead, trail] = [text.slice(from, start), between(text.slice(end, to))];
  if (previous && !hasComment(lead)) return splice(text, from, end, "");
  const behind = trail.before + trail.after;
  if (next) return splice(text, start, to, hasComment(behind) ? behind.trimStart() : "");
  if (!previous && lead.trim() === "" && behind.trim() === "") return splice(text, from, to, "");
  const { before, after } = between(lead);
  const kept = (previous && !trail.comma ? before + after : lead).trimEnd();
  const breaks = endsInLineComment(kept) && !/^[ \t]*\r?\n/.test(behind);
  return splice(text, from, to, `${kept}${breaks ? eolOf(text) : ""}${behind}`);
}

type Between = { comma: boolean; before: string; after: string };

/** What stands around the comma in a text of blanks and comments; all of it before, where there is none. */
function between(text: string): Between {
  const at = tokensOf(text).find(({ kind }) => kind === SyntaxKind.CommaToken)?.offset;
  if (at === undefined) return { comma: false, before: text, after: "" };
  return { comma: true, before: text.slice(0, at), after: text.slice(at + 1) };
}

/** Comments that go on with the line, and what comes after those. */
function sameLine(text: string): [string, string] {
  const tokens = tokensOf(text);
  const next = tokens.find(({ kind }) => kind === SyntaxKind.LineBreakTrivia)?.offset ?? text.length;
  const last = tokens.findLast(({ kind, offset }) => isComment(kind) && offset < next);
  const end = last ? last.offset + last.length : 0;
  return [text.slice(0, end), text.slice(end)];
}

function hasComment(text: string): boolean {
  return tokensOf(text).some(({ kind }) => isComment(kind));
}

function endsInLineComment(text: string): boolean {
  const last = tokensOf(text).at(-1);
  return last !== undefined && last.kind === SyntaxKind.LineCommentTrivia;
}

function isComment(kind: number): boolean {
  return kind === SyntaxKind.LineCommentTrivia || kind === SyntaxKind.BlockCommentTrivia;
}

/** By jsonc-parser's numbers, which it has as constants for TypeScript alone. */
const SyntaxKind = { CommaToken: 5, LineCommentTrivia: 12, BlockCommentTrivia: 13, LineBreakTrivia: 14, EOF: 17 } as const;

function tokensOf(text: string): { kind: number; offset: number; length: number }[] {
  const scanner = createScanner(text);
  const tokens = [];
  for (let kind: number = scanner.scan(); kind !== SyntaxKind.EOF; kind = scanner.scan())
    tokens.push({ kind, offset: scanner.getTokenOffset(), length: scanner.getTokenLength() });
  return tokens;
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function nodeAt(text: string, at: JSONPath): Node | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  return root && findNodeAtLocation(root, at);
}

function splice(text: string, from: number, to: number, put: string): string {
  return text.slice(0, from) + put + text.slice(to);
}

/** The indentation of what begins a line there; null where something stands before it. */
function ownLine(text: string, offset: number): string | null {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return before.trim() === "" ? before : null;
}

function indentOf(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? "";
}
