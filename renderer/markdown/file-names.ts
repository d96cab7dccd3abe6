import { createContext, useContext, useEffect, useState } from "react";
import { namedFile, wordsLikeFiles, type NamedFile } from "../../shared/named-places.ts";

/** The working copy in which a text names files. `root`: its folder; `found`: by name, so that what is drawn again stays a link. */
export type NamedFiles = {
  root: string;
  find: (path: string) => Promise<string | null>;
  open: (path: string, line: number | null) => void;
  found: Map<string, string | null>;
};

const Files = createContext<NamedFiles | null>(null);
export const NamedFilesProvider = Files.Provider;

/** Whether the text may still grow: what it names is asked for when it stands. */
const Live = createContext(false);
export const LiveTextProvider = Live.Provider;

/** The file of the working copy that a text is the name of, once it is known to be there. Asked for after drawing. */
export function useNamedFile(text: string): (NamedFile & { open: () => void }) | null {
  const files = useContext(Files);
  const live = useContext(Live);
  const named = files && namedFile(text, files.root);
  const name = named?.path ?? null;
  const [found, setFound] = useState(() => (name === null ? null : (files?.found.get(name) ?? null)));
  useEffect(() => {
    if (!files || name === null || live) return;
    let wanted = true;
    void files.find(name).then((path) => {
      files.found.set(name, path);
      if (wanted) setFound(path);
    });
    return () => {
      wanted = false;
    };
  }, [files, name, live]);
  if (!files || !named || found === null) return null;
  return { path: found, line: named.line, open: () => files.open(found, named.line) };
}

type Node = { type: string; tagName?: string; value?: string; children?: Node[]; properties?: Record<string, unknown> };

/** A rehype plugin: words of a text that may be names of files become elements of their own. */
export function fileNames(): (tree: Node) => void {
  return markIn;
}

const untouched = new Set(["a", "code", "pre"]);

function markIn(node: Node): void {
  if (!node.children || untouched.has(node.tagName ?? "")) return;
  node.children = node.children.flatMap((child) => {
    if (child.type === "text") return piecesOf(child.value ?? "");
    markIn(child);
    return [child];
  });
}

function piecesOf(text: string): Node[] {
  const pieces: Node[] = [];
  let at = 0;
  for (const { start, end } of wordsLikeFiles(text)) {
    if (at < start) pieces.push({ type: "text", value: text.slice(at, start) });
    pieces.push({
      type: "element",
      tagName: "span",
      properties: {},
      children: [{ type: "text", value: text.slice(start, end) }],
    });
    at = end;
  }
  if (at < text.length) pieces.push({ type: "text", value: text.slice(at) });
  return pieces;
}
