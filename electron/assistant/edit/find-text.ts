import { foldLine, unfoldColumn, type Rung } from "./folds.ts";
import { lineIndexAt, type TextLine } from "./text-lines.ts";

/** A part of a text that stands for a line of what was looked for: a whole line, or a piece at one of its ends. */
export type Segment = TextLine & { line: number };
export type Occurrence = { segments: Segment[]; insideWord: boolean };

/** Lines to look for. `whole`: none of them is a part of a line; else the first and the last may be. */
export type WantedLines = { lines: readonly string[]; whole: boolean };
type Wanted = { parts: readonly string[]; fromStart: boolean; whole: boolean };
type Folded = { joined: string; starts: number[] };

const word = /[\p{L}\p{N}_]/u;

/** Looks for the same text more than once in one file, at a rung: the folded lines are made once. */
export class FoldedText {
  readonly text: string;
  readonly lines: readonly TextLine[];
  #folded = new Map<Rung, Folded>();

  constructor(text: string, lines: readonly TextLine[]) {
    this.text = text;
    this.lines = lines;
  }

  lineText(index: number): string {
    const line = this.lines[index];
    return line ? this.text.slice(line.start, line.textEnd) : "";
  }

  /** Every place where the wanted lines stand at this rung, at most `limit` of them. */
  find({ lines, whole }: WantedLines, rung: Rung, limit: number): Occurrence[] {
    const parts = lines.map((line) => foldLine(line, rung));
    const needle = parts.join("\n");
    if (needle.trim() === "") return [];
    const fromStart = whole || /^[ \t]/.test(lines[0] ?? "");
    const folded = this.#fold(rung);
    const { joined } = folded;
    const found: Occurrence[] = [];
    for (let at = joined.indexOf(needle); at !== -1 && found.length < limit; at = joined.indexOf(needle, at + 1)) {
      const occurrence = this.#occurrence(at, { parts, fromStart, whole }, rung, folded);
      if (occurrence) found.push(occurrence);
    }
    return found;
  }

  #fold(rung: Rung): Folded {
    const known = this.#folded.get(rung);
    if (known) return known;
    const lines = this.lines.map((_, index) => foldLine(this.lineText(index), rung));
    const starts: number[] = [];
    let at = 0;
    for (const line of lines) {
      starts.push(at);
      at += line.length + 1;
    }
    const made = { joined: lines.join("\n"), starts };
    this.#folded.set(rung, made);
    return made;
  }

  #occurrence(at: number, { parts, fromStart, whole }: Wanted, rung: Rung, folded: Folded): Occurrence | null {
    const first = lineIndexAt(folded.starts, at);
    const last = first + parts.length - 1;
    const column = at - (folded.starts[first] ?? 0);
    // What the model indented is a line from its start.
    if (column > 0 && (whole || (rung !== "exact" && fromStart))) return null;
    const lastColumn = (parts.length === 1 ? column : 0) + (parts.at(-1)?.length ?? 0);
    const segments = parts.map((_, index) => this.#segment(first + index));
    const [from, to] = [segments[0], segments.at(-1)];
    if (from && column > 0) from.start += unfoldColumn(this.lineText(first), rung, column);
    if (to) {
      // What a fold leaves out at a line's end belongs to the line, if all the rest of it was found.
      const toEnd = foldLine(this.lineText(last), rung).length === lastColumn;
      if (whole && !toEnd) return null;
      if (!toEnd) to.textEnd = (this.lines[last]?.start ?? 0) + unfoldColumn(this.lineText(last), rung, lastColumn);
      if (!whole) to.end = to.textEnd;
    }
    const insideWord = this.#splitsWord(from?.start ?? 0) || this.#splitsWord(to?.textEnd ?? 0);
    return { segments, insideWord };
  }

  #segment(line: number): Segment {
    return { line, ...(this.lines[line] ?? { start: 0, textEnd: 0, end: 0 }) };
  }

  #splitsWord(offset: number): boolean {
    return word.test(this.text[offset - 1] ?? "") && word.test(this.text[offset] ?? "");
  }
}
