import { align } from "./align.ts";
import { LineLikeness } from "./line-likeness.ts";

/**
 * Which of the removed lines each added line was made of: its index, or null for one that is new. As many lines as
 * before are taken one by one; else the likest ones belong together, in their order.
 */
export function pairLines(removed: readonly string[], added: readonly string[]): (number | null)[] {
  if (removed.length === added.length) return added.map((_, index) => index);
  const alike = new LineLikeness();
  const likeness = (i: number, j: number): number => {
    const [ours, theirs] = [(added[i] ?? "").trim(), (removed[j] ?? "").trim()];
    // Of lines that share as many words, the one that begins alike.
    return alike.of(ours, theirs) + 0.01 * (sameStart(ours, theirs) / Math.max(1, ours.length));
  };
  return align({ weights: added.map(() => 1), likeness }, removed.length).at;
}

function sameStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
