import { findNodeAtLocation, parseTree, type JSONPath, type Node } from "jsonc-parser";

/**
 * Text edits on JSON that leave every other character of the person's as it is. `at` is a path that is there; a text that
 * isn't JSON is left alone. Pure.
 */

/** Puts a value at the end of the object (under `name`) or array at `at`, indented as its neighbours are. */
export function insertInto(text: string, at: JSONPath, name: string | null, value: unknown): string {
  const container = nodeAt(text, at);
  if (!container) return text;
  const unit = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const last = container.children?.at(-1);
  const written = (indent: string | null): string => {
    const json = JSON.stringify(value, null, indent === null ? undefined : unit).replaceAll("\n", `${eol}${indent}`);
    return name === null ? json : `${JSON.stringify(name)}: ${json}`;
  };
  if (last) {
    const indent = ownLine(text, last.offset);
    const end = last.offset + last.length;
    return splice(text, end, end, indent === null ? `, ${written(null)}` : `,${eol}${indent}${written(indent)}`);
  }
  const outer = indentOf(text, container.offset);
  const indent = outer + unit;
  const [start, end] = [container.offset + 1, container.offset + container.length - 1];
  // A comment of the person's may stand in it.
  const inner = text.slice(start, end).trimEnd();
  return splice(text, start, end, `${inner}${eol}${indent}${written(indent)}${eol}${outer}`);
}

/** Takes away what is at `at`, with the comma that it needed. */
export function removeAt(text: string, at: JSONPath): string {
  const found = nodeAt(text, at);
  if (!found) return text;
  const node = found.parent?.type === "property" ? found.parent : found;
  const siblings = node.parent?.children ?? [];
  const index = siblings.indexOf(node);
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  const end = node.offset + node.length;
  if (before) return splice(text, before.offset + before.length, end, "");
  if (after) return splice(text, node.offset, after.offset, "");
  const outer = node.parent;
  if (!outer) return text;
  const start = outer.offset + 1;
  const [kept, rest] = [text.slice(start, node.offset).trimEnd(), text.slice(end, outer.offset + outer.length - 1)];
  if (kept === "" && rest.trim().replace(",", "") === "") return splice(text, start, end + rest.length, "");
  return splice(text, start + kept.length, end, "");
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
