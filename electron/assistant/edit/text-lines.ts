/** A line of a text by its offsets: `[start, textEnd)` is what it says, `[textEnd, end)` its line end, if it has one. */
export type TextLine = { start: number; textEnd: number; end: number };

/** The lines of a text; one after a last line end too, so that a text always has at least one. */
export function linesOf(text: string): TextLine[] {
  const lines: TextLine[] = [];
  let start = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", start)) {
    const textEnd = at > start && text.charCodeAt(at - 1) === 13 ? at - 1 : at;
    lines.push({ start, textEnd, end: at + 1 });
    start = at + 1;
  }
  lines.push({ start, textEnd: text.length, end: text.length });
  return lines;
}

/** What a model sent, line by line, without line ends of any kind. */
export function wordsOf(text: string): string[] {
  return text.split(/\r?\n/);
}

/** Returns the index of the line that holds the offset, of lines that start at `starts`. */
export function lineIndexAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The line end that new lines beside line `index` get: its own, else its nearest neighbour's, else LF. */
export function endingNear(text: string, lines: readonly TextLine[], index: number): string {
  for (let away = 0; away < lines.length; away += 1) {
    for (const line of [lines[index - away], lines[index + away]]) {
      if (line && line.end > line.textEnd) return text.slice(line.textEnd, line.end);
    }
  }
  return "\n";
}
