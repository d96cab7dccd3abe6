import type { Change } from "./changes.ts";
import { foldLine } from "./folds.ts";
import { mergeLine } from "./merge-line.ts";
import { pairLines } from "./pair-lines.ts";
import type { Region, SimilarRegions } from "./similar.ts";

export type Similar =
  | { kind: "found"; region: Region }
  | { kind: "several"; lines: number[] }
  | { kind: "differs"; region: Region }
  | { kind: "none"; nearest: Region | null };

/** How alike a region must be, and by how much it must be more so than any other. */
export const leastScore = 0.66;
const leastLead = 0.12;
/** How alike a place must be to be the one that is meant, where all that the edit is about stands there and not at the likelier place. */
const leastRival = 0.4;

/**
 * The one region that is enough like the old lines of an edit, whose changed lines are there, between neighbours that
 * are there, one of all its lines being nowhere else in the file. A likelier place that the edit can't be made in is never passed over for another one.
 */
export function findSimilar(
  similar: SimilarRegions,
  lines: readonly string[],
  { before, changes }: { before: readonly string[]; changes: readonly Change[] },
): Similar {
  const [best, second, ...more] = similar.find(before);
  if (!best || best.score < leastScore) return { kind: "none", nearest: best ?? null };
  if (second && second.score > best.score - leastLead) return { kind: "several", lines: [best.from, second.from] };
  const same = (index: number, { at }: Region): boolean => isSame(before, index, { keys: similar.keys, lines, at });
  if (second && second.score >= leastScore && isTruer(second, best, same))
    return { kind: "several", lines: [best.from, second.from] };
  // What is put in at an end has no line on its other side.
  const count = changes.flatMap(touched).filter((index) => index >= 0 && index < before.length);
  const rival = [second, ...more].find((other) => other && other.score >= leastRival && isTruerIn(count, other, best, same));
  if (rival) return { kind: "several", lines: [best.from, rival.from] };
  const contested = similar.contested(before, best);
  const isContested = changes.some((change) => touched(change).some((index) => contested[index] === true));
  if (isContested) return { kind: "differs", region: best };
  const places = { keys: similar.keys, lines, at: best.at };
  const certain = before.some((_, index) => isSame(before, index, places) && similar.isUnique(best.at[index] ?? -1));
  const anchored = certain && changes.length > 0 && changes.every((change) => isAnchored(before, change, places));
  return anchored ? { kind: "found", region: best } : { kind: "differs", region: best };
}

/** Whether one region only lacks lines, and has one as it is wanted that the other hasn't: then it may be the one that is meant. */
function isTruer(one: Region, other: Region, same: (index: number, region: Region) => boolean): boolean {
  const isWhole = one.at.every((line, index) => line === null || same(index, one));
  return isWhole && one.at.some((_, index) => same(index, one) && !same(index, other));
}

/** Whether one region has all lines that the edit is about as they are wanted, and the other hasn't. */
function isTruerIn(
  count: readonly number[],
  one: Region,
  other: Region,
  same: (index: number, region: Region) => boolean,
): boolean {
  return count.length > 0 && count.every((index) => same(index, one)) && !count.every((index) => same(index, other));
}

/** The old lines that say where a change is made: those that go, and for what is only put in the ones beside it. */
function touched({ from, to }: Change): number[] {
  return from === to ? [from - 1, from] : Array.from({ length: to - from }, (_, at) => from + at);
}

type Places = { keys: readonly string[]; lines: readonly string[]; at: readonly (number | null)[] };

function isAnchored(before: readonly string[], change: Change, places: Places): boolean {
  const same = (index: number): boolean => isSame(before, index, places);
  if (change.from === change.to) return isAnchoredInsertion(before, change.from, places);
  const gone = places.at.slice(change.from, change.to);
  if (gone.includes(null)) return false;
  const unchanged = gone.every((_, index) => same(change.from + index));
  const neighbours = [neighbour(before, change.from, -1), neighbour(before, change.to - 1, 1)];
  const held = neighbours.filter((index) => index !== null && same(index)).length;
  if (unchanged) return held > 0 && !neighbours.some((index) => index !== null && strays(before, index, places));
  if (held < 2) return false;
  const pairs = pairLines(before.slice(change.from, change.to), change.added);
  // A line that the file has otherwise and that goes altogether takes something with it that the model didn't know of.
  if (gone.some((_, index) => !same(change.from + index) && !pairs.includes(index))) return false;
  return pairs.every((pair, index) => {
    const ours = pair === null ? "" : places.lines[places.at[change.from + pair] ?? -1];
    if (pair === null || ours === undefined) return pair === null;
    return mergeLine((before[change.from + pair] ?? "").trim(), (change.added[index] ?? "").trim(), ours.trim()) !== null;
  });
}

/** What is put in stands right beside a line that is there, with nothing between them but blank lines that are there too. */
function isAnchoredInsertion(before: readonly string[], index: number, places: Places): boolean {
  if (readsAs(before, index - 1, index, places) || readsAs(before, index, index - 1, places)) return false;
  if (reaches(before, { from: index - 1, to: neighbour(before, index, -1) }, places)) return true;
  if (!reaches(before, { from: index, to: neighbour(before, index - 1, 1) }, places)) return false;
  const [previous, next] = [places.at[index - 1] ?? null, places.at[index] ?? null];
  return previous === null || next === previous + 1;
}

/** Whether what stands for one line is none such, but one as the other is wanted: then the place is between other lines. */
function readsAs(before: readonly string[], one: number, other: number, places: Places): boolean {
  const line = places.at[one] ?? null;
  if (line === null || isSame(before, one, places)) return false;
  return places.keys[line] === foldLine(before[other] ?? "", "look-alikes");
}

/** Whether the model's lines from one to the other stand in the file, one right after the other. */
function reaches(before: readonly string[], { from, to }: { from: number; to: number | null }, places: Places): boolean {
  if (to === null) return false;
  const [low, high] = from < to ? [from, to] : [to, from];
  for (let index = low; index <= high; index += 1) {
    if (!isSame(before, index, places)) return false;
    if (index > low && places.at[index] !== (places.at[index - 1] ?? 0) + 1) return false;
  }
  return true;
}

/** Whether another line stands for one that stands close by as it is wanted: then the change may belong there. */
function strays(before: readonly string[], index: number, places: Places): boolean {
  const line = places.at[index] ?? null;
  if (line === null || isSame(before, index, places)) return false;
  const wanted = foldLine(before[index] ?? "", "look-alikes");
  return places.keys.slice(Math.max(0, line - before.length), line + before.length + 1).includes(wanted);
}

/** The nearest line of the model's in a direction that says something. */
function neighbour(before: readonly string[], from: number, step: 1 | -1): number | null {
  for (let at = from + step; at >= 0 && at < before.length; at += step) if ((before[at] ?? "").trim() !== "") return at;
  return null;
}

function isSame(before: readonly string[], index: number, { keys, at }: Places): boolean {
  const line = at[index] ?? null;
  return line !== null && keys[line] === foldLine(before[index] ?? "", "look-alikes");
}
