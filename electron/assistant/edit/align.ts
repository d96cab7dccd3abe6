/** Which line of a window stands for each wanted line (its index in the window, or null), and what share of their weight stands. */
export type Alignment = { at: (number | null)[]; score: number };

export type Wanted = { weights: readonly number[]; likeness: (wanted: number, inWindow: number) => number };

/** Lines less alike than this don't stand for each other. */
const leastLikeness = 0.5;
/** What a line of the file costs that stands for nothing between two that do, in shares of an average line. */
const gapCost = 0.03;

const skipWanted: number = 0;
const skipLine: number = 1;
const together: number = 2;

/** Global alignment of the wanted lines, in their order, to a part of a window of `width` lines (Needleman and Wunsch, free ends). */
export function align({ weights, likeness }: Wanted, width: number): Alignment {
  const height = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const gap = (gapCost * total) / Math.max(1, height);
  const columns = width + 1;
  const best = new Float64Array((height + 1) * columns);
  const step = new Uint8Array((height + 1) * columns);
  for (let i = 1; i <= height; i += 1) {
    for (let j = 0; j <= width; j += 1) {
      const here = i * columns + j;
      let [value, move] = [best[here - columns] ?? 0, skipWanted];
      if (j > 0) {
        const left = (best[here - 1] ?? 0) - (i < height ? gap : 0);
        if (left > value) [value, move] = [left, skipLine];
        const alike = likeness(i - 1, j - 1);
        const both = (best[here - columns - 1] ?? 0) + alike * (weights[i - 1] ?? 0);
        if (alike >= leastLikeness && both >= value) [value, move] = [both, together];
      }
      best[here] = value;
      step[here] = move;
    }
  }
  const at = traced(step, height, width);
  const gained = at.reduce<number>((sum, line, i) => sum + (line === null ? 0 : likeness(i, line) * (weights[i] ?? 0)), 0);
  return { at, score: total === 0 ? 0 : gained / total };
}

function traced(step: Uint8Array, height: number, width: number): (number | null)[] {
  const at: (number | null)[] = Array.from({ length: height }, () => null);
  for (let [i, j] = [height, width]; i > 0;) {
    const move = step[i * (width + 1) + j];
    if (move === together) at[--i] = --j;
    else if (move === skipLine) j -= 1;
    else i -= 1;
  }
  return at;
}
