import { closesFence, openingFence } from "./fence.ts";

/**
 * A piece of a long text that can be drawn by itself. Markdown's parser is worse than linear in places and recurses per
 * level, so what it gets is kept small; what can't be cut small, or is nested beyond reason, is `plain`.
 */
export type MarkdownChunk =
  | { kind: "markdown"; text: string }
  | { kind: "code"; text: string; lang: string; closed: boolean }
  | { kind: "plain"; text: string };

/** About a screen: a piece is drawn and kept as a whole, however little of it is in view. */
const softLimit = 1_500;
/** Of a piece that may name a link which is defined further on. */
const referringLimit = 4_000;
const listLimit = 6_000;
const mayRefer = /\[[^\]\s][^\]\n]*\](?!\()/;
const heading = /^ {0,3}#{1,6}\s/;
const hardLimit = 10_000;
const fenceLimit = 6_000;
const nested = /(?:[-*+]\s+){40}|>(?:\s*>){40}|\[{40}|(?:\[[^\]\n]{0,8}\]\(){40}|^[ \t]{160,}(?:[-*+]|\d+[.)])\s/m;

/** `lastAt`: where in the text the last piece begins; before it, nothing changes by growing. */
export type SplitText = { text: string; chunks: MarkdownChunk[]; lastAt: number };

/**
 * Cuts Markdown between blocks. Left to right and greedy, so a text that only grows changes no piece but the last: given
 * what came of its beginning, only that is looked at. Nothing is lost but line ends between pieces and the marks of long
 * code fences. Linear in what it looks at.
 */
export function splitMarkdown(text: string, before: SplitText | null = null): SplitText {
  const from = before !== null && text.startsWith(before.text) ? before.lastAt : 0;
  const chunks = from === 0 || before === null ? [] : before.chunks.slice(0, -1);
  let pending: string[] = [];
  let size = 0;
  let lastAt = from;
  let at = from;
  let pendingAt = from;
  let refers = false;
  /** What stands last in the piece: a heading is left with what it is of. */
  let lastLine = "";

  function add(line: string): void {
    if (pending.length === 0) pendingAt = at;
    pending.push(line);
    if (line.trim() !== "") lastLine = line;
    size += line.length + 1;
    at += line.length + 1;
  }
  function isFull(): boolean {
    return size >= (refers ? referringLimit : softLimit) && !heading.test(lastLine);
  }
  function push(chunk: MarkdownChunk, chunkAt: number): void {
    chunks.push(chunk);
    lastAt = chunkAt;
  }
  function flush(): void {
    const block = pending.join("\n");
    if (block.trim() !== "")
      push({ kind: block.length > hardLimit || nested.test(block) ? "plain" : "markdown", text: block }, pendingAt);
    pending = [];
    size = 0;
    refers = false;
  }

  for (const part of fencesOf(text.slice(from))) {
    if (part.kind === "prose") {
      part.lines.forEach((line, index) => {
        const mayBecomeItem = at + line.length === text.length && halfItem.test(line);
        if (!mayBecomeItem && isFull() && isBoundary(part.lines[index - 1] ?? "", line, size)) flush();
        refers ||= mayRefer.test(line);
        add(line);
      });
      continue;
    }
    const length = part.lines.reduce((sum, line) => sum + line.length + 1, 0);
    if (length > fenceLimit) {
      flush();
      const code = part.lines.slice(1, part.closed ? -1 : undefined).join("\n");
      push({ kind: "code", lang: part.lang, text: code, closed: part.closed }, at);
      at += length;
    } else {
      if (isFull()) flush();
      part.lines.forEach(add);
    }
  }
  flush();
  return { text, chunks, lastAt };
}

type Part = { kind: "prose"; lines: string[] } | { kind: "fence"; lines: string[]; lang: string; closed: boolean };

function fencesOf(text: string): Part[] {
  const parts: Part[] = [];
  let prose: string[] = [];
  let fence: { part: Extract<Part, { kind: "fence" }>; mark: string } | null = null;
  for (const line of text.split("\n")) {
    if (fence) {
      fence.part.lines.push(line);
      if (closesFence(line, fence.mark)) {
        fence.part.closed = true;
        fence = null;
      }
      continue;
    }
    const opened = openingFence(line);
    if (!opened) {
      prose.push(line);
      continue;
    }
    if (prose.length > 0) parts.push({ kind: "prose", lines: prose });
    prose = [];
    fence = { part: { kind: "fence", lines: [line], lang: opened.lang, closed: false }, mark: opened.mark };
    parts.push(fence.part);
  }
  if (prose.length > 0) parts.push({ kind: "prose", lines: prose });
  return parts;
}

/** A last line that may become an item when more of it comes. */
const halfItem = /^(?:[-*+]|\d+[.)]?)$/;

/** Between blocks: before an unindented line that follows a blank one; in a long list, before any of its items. */
function isBoundary(before: string, line: string, size: number): boolean {
  const item = /^(?:[-*+]|\d+[.)])\s/.test(line);
  if (before.trim() === "") return /^\S/.test(line) && (!item || size >= listLimit);
  return item && size >= listLimit;
}
