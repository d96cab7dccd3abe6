import { EditedText, type Choice, type Found, type LineEdit, type NotFound } from "../edited-text.ts";
import type { Splice } from "../carry-over.ts";
import { failureOf, plainFailure, type EditFailure } from "../failure.ts";
import { foldLine } from "../folds.ts";
import { endingNear } from "../text-lines.ts";
import { changesIn, type Hunk } from "./file-patch.ts";

export type PlacedHunk = { hunk: Hunk; splices: Splice[]; failure: null } | { hunk: Hunk; splices: null; failure: EditFailure };

/** Finds where each hunk of a patch stands in a file. Hunks stand in the file in the patch's order where that tells them apart. */
export function placeHunks(text: string, hunks: readonly Hunk[]): PlacedHunk[] {
  const edited = new EditedText(text);
  const found = hunks.map((hunk) => placeHunk(edited, hunk));
  const placed = hunks.map((hunk, index): PlacedHunk => {
    const own = found[index];
    if (own === undefined) return { hunk, splices: null, failure: plainFailure("not-found", "It was not looked for.") };
    const last = own.kind === "several" ? between(edited, hunk, { found, index }, own) : own;
    if (last.kind === "found") return { hunk, splices: last.splices, failure: null };
    if (last.kind === "refused") return { hunk, splices: null, failure: last.failure };
    return { hunk, splices: null, failure: failureOf(text, last, hunk.before.length) };
  });
  return withoutOverlaps(placed);
}

type Place = Found | NotFound | { kind: "refused"; failure: EditFailure };

function placeHunk(edited: EditedText, hunk: Hunk): Place {
  const { before, after, line, anchors } = hunk;
  if (before.every((each) => each.trim() === "")) return insertion(edited, hunk);
  if (before.length === after.length && before.every((each, at) => each === after[at])) {
    return refused(plainFailure("no-change", "It changes nothing."));
  }
  const edit = editOf(hunk);
  const choices: Choice[] = ["only"];
  if (line !== null) choices.push((from) => from === line - 1);
  const block = anchorBlock(edited, anchors);
  if (block) choices.push((from, to) => from >= block.from && to <= block.to);
  let several: NotFound | null = null;
  for (const choice of choices) {
    const equal = edited.findEqual(edit, choice);
    if (equal?.kind === "found") return equal;
    if (equal?.kind === "several") several ??= equal;
  }
  return several ?? edited.findSimilar(edit);
}

/** The patch itself says which of several equal lines it means. */
function editOf(hunk: Hunk): LineEdit {
  return { before: hunk.before, changes: changesIn(hunk), whole: true, loose: false };
}

/** A hunk without context stands nowhere in particular: in an empty file, at the file's end, or below its anchor. */
function insertion(edited: EditedText, { after, atEnd, anchors }: Hunk): Place {
  const { text, lines } = edited;
  const ending = endingNear(text, lines, lines.length - 1);
  const put = (at: number, added: string): Found => ({
    kind: "found",
    rung: "exact",
    splices: [{ start: at, end: at, text: added }],
  });
  const block = anchorBlock(edited, anchors);
  if (block) {
    const line = lines[block.from - 1];
    return put(line?.textEnd ?? 0, after.map((each) => ending + each).join(""));
  }
  if (!atEnd && text !== "") {
    return refused(plainFailure("not-found", "It has no lines to find its place by. Send the lines around it as context."));
  }
  const closed = text === "" || text.endsWith("\n");
  return put(text.length, (closed ? "" : ending) + after.map((each) => each + ending).join(""));
}

/** Of several places the one that stands between where the hunks before and after it stand, if only one does. */
function between(
  edited: EditedText,
  hunk: Hunk,
  { found, index }: { found: readonly Place[]; index: number },
  several: Place,
): Place {
  const offsets = (place: Place): number[] => (place.kind === "found" ? place.splices.map(({ start }) => start) : []);
  const low = Math.max(-1, ...found.slice(0, index).flatMap(offsets));
  const high = Math.min(edited.text.length + 1, ...found.slice(index + 1).flatMap(offsets));
  const within: Choice = (from, to) =>
    (edited.lines[from]?.start ?? 0) > low && (edited.lines[to - 1]?.textEnd ?? edited.text.length) < high;
  const choice = edited.findEqual(editOf(hunk), within);
  return choice ?? several;
}

/** The lines below an anchor that are indented deeper than it is; null where the anchor stands nowhere or in several places. */
function anchorBlock(edited: EditedText, anchors: readonly string[]): { from: number; to: number } | null {
  const textOf = (index: number): string => {
    const line = edited.lines[index];
    return line ? edited.text.slice(line.start, line.textEnd) : "";
  };
  let [from, to] = [0, edited.lines.length];
  for (const anchor of anchors) {
    const wanted = foldLine(anchor, "look-alikes");
    const at: number[] = [];
    for (let index = from; index < to; index += 1) if (foldLine(textOf(index), "look-alikes") === wanted) at.push(index);
    const [only] = at;
    if (only === undefined || at.length > 1) return null;
    from = only + 1;
    const depth = depthOf(textOf(only));
    let end = from;
    while (end < to && (textOf(end).trim() === "" || depthOf(textOf(end)) > depth)) end += 1;
    to = end;
  }
  return anchors.length === 0 ? null : { from, to };
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}

function refused(failure: EditFailure): Place {
  return { kind: "refused", failure };
}

/** Two hunks that change the same text contradict each other: neither is made. */
function withoutOverlaps(placed: PlacedHunk[]): PlacedHunk[] {
  const all = placed.flatMap((each, index) => (each.splices ?? []).map((splice) => ({ ...splice, index })));
  const sorted = all.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const clashing = new Set<number>();
  sorted.forEach((splice, at) => {
    const next = sorted[at + 1];
    if (!next || next.index === splice.index) return;
    if (next.start < splice.end || (next.start === splice.start && next.end === splice.end)) {
      clashing.add(splice.index).add(next.index);
    }
  });
  return placed.map((each, index) =>
    clashing.has(index)
      ? {
          hunk: each.hunk,
          splices: null,
          failure: plainFailure("overlap", "Two of the changes are at the same lines. Send them as one."),
        }
      : each,
  );
}
