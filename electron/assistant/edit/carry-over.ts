import type { Change } from "./changes.ts";
import { adapter, type Adapt } from "./adapt-line.ts";
import { foldLine } from "./folds.ts";
import type { Segment } from "./find-text.ts";
import { LineLikeness } from "./line-likeness.ts";
import { indentOf } from "./indents.ts";
import { mergeLine } from "./merge-line.ts";
import { pairLines } from "./pair-lines.ts";
import { endingNear, type TextLine } from "./text-lines.ts";

/** Text to stand for `[start, end)` of a file. */
export type Splice = { start: number; end: number; text: string };

/** Where a model's old lines stand in the file: `at[i]` is what stands for old line `i`, null for what nothing stands for. */
export type Placement = { text: string; lines: readonly TextLine[]; at: readonly (Segment | null)[] };

/**
 * Carries a model's edit over to the file as it is: what the model only repeats stays byte for byte, however it wrote it;
 * what it changes takes the file's line ends, indentation and typography. Null where a changed line stands nowhere.
 */
export function carryOver(before: readonly string[], changes: readonly Change[], placement: Placement): Splice[] | null {
  const adapt = adapter(before, placement);
  const merge: Merge = (line, index, segment) => mergeAt(index, line, segment, { before, placement, adapt });
  const splices: Splice[] = [];
  for (const change of changes) {
    const splice =
      change.from === change.to ? insertion(change, placement, adapt) : replacement(change, placement, { before, adapt, merge });
    if (!splice) return null;
    splices.push(...splice);
  }
  return splices;
}

type Known = { before: readonly string[]; placement: Placement; adapt: Adapt };
type Ways = { before: readonly string[]; adapt: Adapt; merge: Merge };
type Merge = (line: string, index: number, segment: Segment) => Splice | null;

/** One line for one line. A line that the file has otherwise than the model believed is changed only where both agree. */
function mergeAt(
  index: number,
  after: string,
  { start, textEnd }: Segment,
  { before: all, placement, adapt }: Known,
): Splice | null {
  const before = all[index] ?? "";
  const ours = placement.text.slice(start, textEnd);
  if (ours === before) return { start, end: textEnd, text: after };
  const indent = indentOf(before) === indentOf(after) ? indentOf(ours) : indentOf(adapt(after, index));
  const merged = mergeLine(before.trim(), after.trim(), ours.trim());
  const tail = tailOf(before) === tailOf(after) ? tailOf(ours) : tailOf(after);
  if (merged !== null) return { start, end: textEnd, text: indent + merged + tail };
  const same = foldLine(before, "look-alikes") === foldLine(ours, "look-alikes");
  return same ? { start, end: textEnd, text: indent + adapt(after, index).trimStart() } : null;
}

function tailOf(line: string): string {
  return line.slice(line.trimEnd().length);
}

function replacement(change: Change, placement: Placement, { before, adapt, merge }: Ways): Splice[] | null {
  const segments = placement.at.slice(change.from, change.to).filter((segment) => segment !== null);
  const [first, last] = [segments[0], segments.at(-1)];
  if (segments.length !== change.to - change.from || !first || !last) return null;
  const [only] = change.added;
  if (
    only !== undefined &&
    change.added.length === 1 &&
    change.to - change.from === 1 &&
    isAnother(before[change.from] ?? "", only) &&
    first.end > first.textEnd
  )
    return [{ start: first.start, end: first.end, text: adapt(only, change.from) + endingAbove(first, placement) }];
  if (change.added.length === segments.length) {
    const merged = segments.map((segment, index) => merge(change.added[index] ?? "", change.from + index, segment));
    return merged.every((splice) => splice !== null) ? merged : null;
  }
  // What the file has between them would go with them, though the model doesn't know of it.
  if (segments.some((segment, index) => index > 0 && segment.line !== (segments[index - 1]?.line ?? 0) + 1)) return null;
  if (change.added.length === 0) return [removal(first, last, placement)];
  const pairs = pairLines(before.slice(change.from, change.to), change.added);
  if (!pairs.includes(null) && last.end > last.textEnd) {
    const splices = segments.map((segment, index) => {
      const to = pairs.indexOf(index);
      return to === -1 ? removal(segment, segment, placement) : merge(change.added[to] ?? "", change.from + index, segment);
    });
    return splices.every((splice) => splice !== null) ? splices : null;
  }
  const written = pairs.map((pair, index) => {
    const line = change.added[index] ?? "";
    const segment = pair === null ? undefined : segments[pair];
    return pair === null || !segment ? adapt(line, change.from) : (merge(line, change.from + pair, segment)?.text ?? null);
  });
  if (!written.every((line) => line !== null)) return null;
  // In a file of mixed line ends, each line keeps its own.
  const near = endingNear(placement.text, placement.lines, first.line);
  const isClosed = last.end > last.textEnd;
  const lines = written.map((line, index) => {
    const own = segments[pairs[index] ?? -1];
    const ending = own && own.end > own.textEnd ? placement.text.slice(own.textEnd, own.end) : near;
    return isClosed || index < written.length - 1 ? line + ending : line;
  });
  return [{ start: first.start, end: isClosed ? last.end : last.textEnd, text: lines.join("") }];
}

/** A line that begins otherwise and has no word of the one in whose place it comes wasn't made of it: it is a new one. */
function isAnother(before: string, after: string): boolean {
  const [old, put] = [before.trim(), after.trim()];
  return !put.startsWith(old.slice(0, 3)) && new LineLikeness().of(old, put) < 0.1;
}

function endingAbove({ line }: Segment, { text, lines }: Placement): string {
  return endingNear(text, lines, Math.max(0, line - 1));
}

function removal(first: Segment, last: Segment, { lines }: Placement): Splice {
  if (last.end > last.textEnd) return { start: first.start, end: last.end, text: "" };
  // The last of the lines has no end of its own: the one before it goes with them.
  const previous = lines[first.line - 1];
  const wholeLine = lines[first.line]?.start === first.start;
  return { start: previous && wholeLine ? previous.textEnd : first.start, end: last.textEnd, text: "" };
}

function insertion(change: Change, placement: Placement, adapt: Adapt): Splice[] | null {
  const before = placement.at[change.from - 1];
  const after = placement.at[change.from];
  const near = before ?? after;
  if (!near) return null;
  const ending = endingNear(placement.text, placement.lines, near.line);
  const added = change.added.map((line) => adapt(line, change.from));
  if (before) return [{ start: before.textEnd, end: before.textEnd, text: added.map((line) => ending + line).join("") }];
  return [{ start: near.start, end: near.start, text: added.map((line) => line + ending).join("") }];
}
