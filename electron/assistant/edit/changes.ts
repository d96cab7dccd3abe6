import { diffArrays } from "diff";
import { LineLikeness } from "./line-likeness.ts";

/** A stretch of an edit: what stood at `[from, to)` of the old list becomes `added`. */
export type Change = { from: number; to: number; added: string[] };

/** What turns one list into the other. What both have is in no change; neighbouring changes are one. */
export function changesOf(before: readonly string[], after: readonly string[]): Change[] {
  const changes: Change[] = [];
  let at = 0;
  let open: Change | null = null;
  for (const part of diffArrays([...before], [...after])) {
    if (!part.added && !part.removed) {
      at += part.value.length;
      open = null;
      continue;
    }
    if (!open) changes.push((open = { from: at, to: at, added: [] }));
    if (part.added) open.added.push(...part.value);
    else open.to = at += part.value.length;
  }
  return changes;
}

/**
 * The same of lines. Of equal lines a comparison may take any for the one that stayed: of the ways to read it that are
 * tried, the one whose changed lines are most like what they were is taken.
 */
export function lineChangesOf(before: readonly string[], after: readonly string[]): Change[] {
  const forward = changesOf(before, after);
  const readings = [forward, backward(before, after), ...lineForLine(before, after, forward)];
  const alike = new LineLikeness();
  const likeness = (reading: readonly Change[]): number =>
    sum(
      reading
        .filter(({ from, to, added }) => added.length === to - from)
        .map(({ from, added }) => sum(added.map((line, index) => alike.of(line, before[from + index] ?? "")))),
    );
  const ranked = readings.map((reading) => ({ reading, value: likeness(reading) }));
  return ranked.reduce((best, each) => (each.value > best.value ? each : best)).reading;
}

/** What a comparison from the end on finds. */
function backward(before: readonly string[], after: readonly string[]): Change[] {
  const size = before.length;
  return changesOf(before.toReversed(), after.toReversed())
    .map(({ from, to, added }) => ({ from: size - to, to: size - from, added: added.toReversed() }))
    .toReversed();
}

/** Each line for the one in its place, where that changes no more of them. */
function lineForLine(before: readonly string[], after: readonly string[], forward: readonly Change[]): Change[][] {
  if (before.length !== after.length) return [];
  const changed = before.flatMap((line, index) => (line === after[index] ? [] : [index]));
  if (changed.length > sum(forward.map(({ from, to }) => to - from))) return [];
  const joined: Change[] = [];
  for (const index of changed) {
    const last = joined.at(-1);
    if (last?.to !== index) joined.push({ from: index, to: index + 1, added: [after[index] ?? ""] });
    else joined[joined.length - 1] = { ...last, to: index + 1, added: [...last.added, after[index] ?? ""] };
  }
  return [joined];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Which item of `after` stands for each item of `before`: its index, or null. */
export function counterparts(before: readonly string[], after: readonly string[]): (number | null)[] {
  const found: (number | null)[] = [];
  let at = 0;
  for (const part of diffArrays([...before], [...after])) {
    if (part.added) at += part.value.length;
    else for (let index = 0; index < part.value.length; index += 1) found.push(part.removed ? null : at++);
  }
  return found;
}

/**
 * The other ways to read the same two lists: what is put in or taken out beside lines that are equal to it may as well be
 * those. One change at a time is another one, by at most `maxSlides` lines in a direction.
 */
export function slides(before: readonly string[], changes: readonly Change[]): Change[][] {
  return changes.flatMap((change, index) => {
    const low = changes[index - 1]?.to ?? 0;
    const high = changes[index + 1]?.from ?? before.length;
    const others = [...slid(before, change, low, up), ...slid(before, change, high, down)];
    return others.map((other) => changes.with(index, other));
  });
}

const maxSlides = 20;

type Step = (before: readonly string[], change: Change) => Change | null;

function slid(before: readonly string[], change: Change, limit: number, step: Step): Change[] {
  const found: Change[] = [];
  let at: Change | null = change;
  while (at && found.length < maxSlides) {
    at = (step === up ? at.from > limit : at.to < limit) ? step(before, at) : null;
    if (at) found.push(at);
  }
  return found;
}

function up(before: readonly string[], { from, to, added }: Change): Change | null {
  const line = before[from - 1];
  if (line === undefined) return null;
  if (from === to) return line === added.at(-1) ? { from: from - 1, to: to - 1, added: [line, ...added.slice(0, -1)] } : null;
  return added.length === 0 && line === before[to - 1] ? { from: from - 1, to: to - 1, added } : null;
}

function down(before: readonly string[], { from, to, added }: Change): Change | null {
  const line = before[to];
  if (line === undefined) return null;
  if (from === to) return line === added[0] ? { from: from + 1, to: to + 1, added: [...added.slice(1), line] } : null;
  return added.length === 0 && line === before[from] ? { from: from + 1, to: to + 1, added } : null;
}
