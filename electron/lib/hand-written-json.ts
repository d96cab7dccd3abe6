import { readFileSync } from "node:fs";
import { findNodeAtLocation, getNodeValue, parseTree, type Node, type ParseError } from "jsonc-parser";

/** A file that a person writes by hand, as far as it can be read: what is wrong has its line, and the rest counts. */
export type HandWritten = {
  /** The file as it is; empty where there is none. */
  text: string;
  fields: Record<string, unknown>;
  /** What keeps the file from being one whole JSON object. */
  problem: { line: number | null; message: string } | null;
  /** The line, from 1, of a field or of what is in it. */
  lineOf: (path: readonly PropertyKey[]) => number | null;
};

/** Never throws. No file is an empty object. */
export function readHandWritten(file: string): HandWritten {
  const nothing = { text: "", fields: {}, lineOf: () => null };
  try {
    return parseHandWritten(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { ...nothing, problem: null };
    const why = error instanceof Error ? error.message : String(error);
    return { ...nothing, problem: { line: null, message: `It can't be read: ${why}` } };
  }
}

export function parseHandWritten(written: string): HandWritten {
  const text = written.replace(/^\uFEFF/, "");
  const empty = { text: written, fields: {}, lineOf: () => null };
  if (text.trim() === "") return { ...empty, problem: null };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;
  const [error] = errors;
  const problem = error ? { line: lineAt(error.offset), message: describe(error, text) } : null;
  if (root?.type !== "object")
    return { ...empty, problem: problem ?? { line: 1, message: "The file must hold one JSON object" } };
  return {
    text: written,
    fields: fieldsOf(root),
    problem,
    lineOf(path) {
      // What is missing in an entry has no line of its own: the entry's counts.
      const named = path.filter((part) => typeof part !== "symbol");
      for (let length = named.length; length > 0; length -= 1) {
        const node = findNodeAtLocation(root, named.slice(0, length));
        if (node) return lineAt((node.parent?.type === "property" ? node.parent : node).offset);
      }
      return null;
    },
  };
}

/** As own properties, `__proto__` too. A name without a value, as in a file half written, is left out. */
function fieldsOf(root: Node): Record<string, unknown> {
  const entries = (root.children ?? []).flatMap(({ children: [name, value] = [] }) =>
    name && value ? [[String(name.value), getNodeValue(value)] as const] : [],
  );
  return Object.fromEntries(entries);
}

const comment = 10;

function describe({ error, offset, length }: ParseError, text: string): string {
  if (error === comment) return "It must be JSON without comments";
  const found = text.slice(offset, offset + Math.min(length, 40));
  return `It isn't valid JSON${found === "" ? " (it ends too early)" : `, at ${JSON.stringify(found)}`}`;
}
