/** Which line of a window stands for each wanted line (its index in the window, or null), and what share of their weight stands. */
export type Alignment = { at: (number | null)[]; score: number };

export type Wanted = { weights: readonly number[]; likeness: (wanted: number, inWindow: number) => number };

/** Lines less alike than this don't stand for each other. */
const leastLikeness = 0.5;
/** What a line of the file costs that stands for nothing between two that do, in shares of an average line. */
const gapCost = 0.03;

/** So alike another line must be to contest, or as much as the one that stands there. */
const muchAlike = 0.8;
/** What share of a line's weight an alignment with another one may lose, and still contest it. */
const contestedShare = 0.25;

const skipWanted: number = 0;
const skipLine: number = 1;
const together: number = 2;

/** Global alignment of the wanted lines, in their order, to a part of a window of `width` lines (Needleman and Wunsch, free ends). */
export function align({ weights, likeness }: Wanted, width: number): Alignment {
  const height = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const gap = gapOf(weights);
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

function gapOf(weights: readonly number[]): number {
  return (gapCost * weights.reduce((sum, weight) => sum + weight, 0)) / Math.max(1, weights.length);
}

/**
 * For each wanted line that stands somewhere: whether another line of the window could as well stand for it, which is so
 * where it is much alike, and the best alignment with it hardly worse.
 */
export function contested({ weights, likeness }: Wanted, width: number, at: readonly (number | null)[]): boolean[] {
  const height = weights.length;
  const forward = bests({ weights, likeness }, width);
  const reversed = { weights: weights.toReversed(), likeness: (i: number, j: number) => likeness(height - 1 - i, width - 1 - j) };
  const backward = bests(reversed, width);
  const best = forward(height, width);
  return at.map((own, i) => {
    if (own === null) return false;
    for (let j = 0; j < width; j += 1) {
      const alike = j === own ? 0 : likeness(i, j);
      if (alike < Math.min(muchAlike, likeness(i, own))) continue;
      const other = forward(i, j) + alike * (weights[i] ?? 0) + backward(height - 1 - i, width - 1 - j);
      if (other > best - contestedShare * (weights[i] ?? 0)) return true;
    }
    return false;
  });
}

/** What the best alignment of the first `i` wanted lines with the first `j` of the window is worth. */
function bests({ weights, likeness }: Wanted, width: number): (i: number, j: number) => number {
  const height = weights.length;
  const gap = gapOf(weights);
  const rows = [new Float64Array(width + 1)];
  for (let i = 1; i <= height; i += 1) {
    const [row, above] = [new Float64Array(width + 1), rows[i - 1] ?? new Float64Array(width + 1)];
    for (let j = 0; j <= width; j += 1) {
      let value = above[j] ?? 0;
      if (j > 0) {
        value = Math.max(value, (row[j - 1] ?? 0) - (i < height ? gap : 0));
        const alike = likeness(i - 1, j - 1);
        if (alike >= leastLikeness) value = Math.max(value, (above[j - 1] ?? 0) + alike * (weights[i - 1] ?? 0));
      }
      row[j] = value;
    }
    rows.push(row);
  }
  return (i, j) => rows[i]?.[j] ?? 0;
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
