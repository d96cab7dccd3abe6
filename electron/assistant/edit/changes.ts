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
 * The same of lines. Where equal lines stand between what is taken out and what is put in, the two are one change if they
 * can be brought together: a model changes a line more often than it takes one out here and puts one in there.
 */
export function lineChangesOf(before: readonly string[], after: readonly string[]): Change[] {
  const alike = new LineLikeness();
  const joined: Change[] = [];
  for (const change of changesOf(before, after)) {
    const last = joined.at(-1);
    const one = last && together(before, last, change);
    const isReplaced = one && one.added.every((line, index) => alike.of(line, before[one.from + index] ?? "") >= leastLikeness);
    if (one && isReplaced) joined[joined.length - 1] = one;
    else joined.push(change);
  }
  return joined;
}

const leastLikeness = 0.5;

/** Two changes as one that replaces as many lines as it puts in, one of them moved along equal lines to the other. */
function together(before: readonly string[], first: Change, second: Change): Change | null {
  const [isIn, isOut] = [first.from === first.to, first.added.length === 0];
  if (isIn ? second.added.length > 0 : !isOut || second.from !== second.to) return null;
  const size = isIn ? first.added.length : second.added.length;
  if (size !== (isIn ? second.to - second.from : first.to - first.from)) return null;
  const moved = slid(before, second, first.to, up).find(({ from }) => from === first.to);
  if (moved) return { from: first.from, to: moved.to, added: [...first.added, ...moved.added] };
  const brought = slid(before, first, second.from, down).find(({ to }) => to === second.from);
  return brought ? { from: brought.from, to: second.to, added: [...brought.added, ...second.added] } : null;
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
