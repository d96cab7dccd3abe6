/** What of a text is shown at first. `hiddenLines` and `hiddenChars` count what isn't. */
export type BoundedText = { text: string; hiddenLines: number; hiddenChars: number };
export type Bounds = { maxLines: number; maxChars: number };

/** No more than this is ever drawn as one element: beyond it laying out takes longer than a frame can wait. */
export const mostDrawn: Bounds = { maxLines: 5_000, maxChars: 200_000 };

/** The first lines and characters within the bounds. Looks only at what it keeps and at the count of the rest. */
export function boundText(text: string, { maxLines, maxChars }: Bounds): BoundedText {
  let end = 0;
  let lines = 0;
  while (lines < maxLines && end < text.length && end <= maxChars) {
    const next = text.indexOf("\n", end);
    end = next === -1 ? text.length : next + 1;
    lines += 1;
  }
  end = Math.min(end, maxChars, text.length);
  if (end === text.length) return { text, hiddenLines: 0, hiddenChars: 0 };
  const kept = text.slice(0, end);
  return {
    text: kept.endsWith("\n") ? kept.slice(0, -1) : kept,
    hiddenLines: countLines(text, end),
    hiddenChars: text.length - end,
  };
}

/** Line ends from `from` on, counting an unfinished last line. */
function countLines(text: string, from: number): number {
  let count = 0;
  let at = from;
  while (at < text.length) {
    const next = text.indexOf("\n", at);
    count += 1;
    if (next === -1) break;
    at = next + 1;
  }
  return count;
}
