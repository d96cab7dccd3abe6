type Range = { startIndex: number; endIndex: number; count: number };

/** Beyond the view, so that a row is there before it is scrolled to. */
const nearPx = 800;

/**
 * Which rows are drawn around those in view: so far that the next step of a wheel finds them, and no more, as each that is
 * there costs something with every frame. At least one on each side. Pure.
 */
export function rowsNear({ startIndex, endIndex, count }: Range, sizeOf: (index: number) => number): number[] {
  let first = startIndex;
  for (let px = 0; first > 0 && px < nearPx; px += sizeOf(first)) first -= 1;
  let last = endIndex;
  for (let px = 0; last < count - 1 && px < nearPx; px += sizeOf(last)) last += 1;
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** Rows near the view and those that are kept wherever it is, each once and in order. Pure. */
export function withKept(near: number[], kept: readonly number[]): number[] {
  if (kept.length === 0) return near;
  return [...new Set([...near, ...kept])].toSorted((a, b) => a - b);
}
