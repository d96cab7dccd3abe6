import { slides, type Change } from "./changes.ts";
import { carryOver, type Splice } from "./carry-over.ts";
import { findSimilar, leastScore } from "./find-similar.ts";
import { FoldedText, type Occurrence, type Segment } from "./find-text.ts";
import { rungs, type Rung } from "./folds.ts";
import { SimilarRegions } from "./similar.ts";
import { linesOf, type TextLine } from "./text-lines.ts";

/** Where an edit stands in a text: what to put where, and how exactly it was found. */
export type Found = { kind: "found"; rung: Rung | "similarity"; splices: Splice[] };
/** Line indexes count from 0; a region's `to` is excluded. */
export type NotFound =
  | { kind: "several"; lines: number[] }
  | { kind: "inside-word"; lines: number[] }
  | { kind: "differs"; region: { from: number; to: number } }
  | { kind: "none"; nearest: { from: number; to: number } | null };

/** Which of several places is meant: all of them, or the one for which this is true (line indexes, `to` excluded). */
export type Choice = "only" | "all" | ((from: number, to: number) => boolean);

/**
 * Old lines and what changes of them. `whole`: none of them is a part of a line; else the first and the last may be.
 * `loose`: the changes were worked out from two texts, so that of equal lines another one may be meant.
 */
export type LineEdit = { before: readonly string[]; changes: readonly Change[]; whole: boolean; loose: boolean };

/** A text in which edits are looked for, one after the other; what is made of it is made once. */
export class EditedText {
  readonly text: string;
  readonly lines: readonly TextLine[];
  readonly #folded: FoldedText;
  #similar: SimilarRegions | null = null;

  constructor(text: string) {
    this.text = text;
    this.lines = linesOf(text);
    this.#folded = new FoldedText(text, this.lines);
  }

  /** By the rungs, the strictest that finds anything decides. Null where no rung finds anything. */
  findEqual(edit: LineEdit, choice: Choice): Found | NotFound | null {
    const { before, whole } = edit;
    let inside: Occurrence[] = [];
    for (const rung of rungs) {
      const all = this.#folded.find({ lines: before, whole }, rung, choice === "all" ? Infinity : 50);
      const apart = all.filter(notInWord);
      if (apart.length === 0) {
        if (inside.length === 0) inside = all;
        continue;
      }
      // Other indentation and other characters are no ranks: a place with the one and a place with the other are two.
      const rivals =
        rung === "indentation" && choice !== "all" ? this.#folded.find({ lines: before, whole }, "look-alikes", 50) : [];
      const places = rivals.length > apart.length ? rivals.filter(notInWord) : apart;
      const chosen = choose(places, choice);
      if (chosen.length === 0 || (chosen.length > 1 && choice !== "all"))
        return { kind: "several", lines: places.map(firstLine) };
      const likelier = choice !== "all" && chosen[0] ? this.#likelier(before, chosen[0]) : null;
      if (likelier !== null) return { kind: "several", lines: [...chosen.map(firstLine), likelier] };
      if (rung !== "exact" && chosen.some(({ segments }) => this.#isLoose(edit, segments)))
        return { kind: "several", lines: chosen.map(firstLine) };
      const splices = chosen.map(({ segments }) => this.#carry(edit, segments));
      if (splices.some((each) => each === null)) continue;
      return { kind: "found", rung, splices: splices.flatMap((each) => each ?? []) };
    }
    return inside.length > 0 ? { kind: "inside-word", lines: inside.map(firstLine) } : null;
  }

  /** By likeness of whole lines, in the one place that is like the old text. */
  findSimilar(edit: LineEdit): Found | NotFound {
    const texts = this.lines.map((_, index) => this.#folded.lineText(index));
    const similar = findSimilar(this.#similarRegions(), texts, edit);
    if (similar.kind !== "found") return similar;
    const at = similar.region.at.map((line) => (line === null ? null : this.#segment(line)));
    const splices = this.#isLoose(edit, at) ? null : this.#carry(edit, at);
    return splices ? { kind: "found", rung: "similarity", splices } : { kind: "differs", region: similar.region };
  }

  /**
   * Where a place was found by other indentation or characters only: the first line of another one that differs from
   * the wanted lines in a word or so, but has more of them to the letter. Nobody can tell then which of the two is meant.
   */
  #likelier(before: readonly string[], { segments }: Occurrence): number | null {
    const equal = (at: readonly (number | null)[]): number =>
      at.filter(
        (line, index) => line !== null && (before[index] ?? "").trim() !== "" && this.#folded.lineText(line) === before[index],
      ).length;
    const own = segments.map(({ line }) => line);
    const found = equal(own);
    if (found >= before.filter((line) => line.trim() !== "").length / 2) return null;
    const others = this.#similarRegions()
      .find(before)
      .filter(({ at, score }) => score >= leastScore && at.every((line, index) => line !== own[index]));
    return others.find(({ at }) => equal(at) > found)?.from ?? null;
  }

  #similarRegions(): SimilarRegions {
    return (this.#similar ??= new SimilarRegions(this.lines.map((_, index) => this.#folded.lineText(index))));
  }

  #carry({ before, changes }: LineEdit, at: readonly (Segment | null)[]): Splice[] | null {
    return carryOver(before, changes, { text: this.text, lines: this.lines, at });
  }

  /** Whether the edit could be meant at another one of equal lines, and the file would read otherwise then. */
  #isLoose(edit: LineEdit, at: readonly (Segment | null)[]): boolean {
    if (!edit.loose) return false;
    const made = (changes: readonly Change[]): string | null => {
      const splices = this.#carry({ ...edit, changes }, at);
      return splices && spliced(this.text, splices);
    };
    let own: string | null = null;
    for (const changes of slides(edit.before, edit.changes)) {
      own ??= made(edit.changes);
      const other = made(changes);
      if (other !== null && other !== own) return true;
    }
    return false;
  }

  #segment(line: number): Segment | null {
    const found = this.lines[line];
    return found ? { line, ...found } : null;
  }
}

function choose(places: readonly Occurrence[], choice: Choice): readonly Occurrence[] {
  if (choice === "only" || places.length === 1) return places;
  if (choice === "all") {
    let end = -1;
    return places.filter(({ segments }) => {
      const free = (segments[0]?.start ?? 0) >= end;
      if (free) end = segments.at(-1)?.textEnd ?? end;
      return free;
    });
  }
  return places.filter(({ segments }) => choice(segments[0]?.line ?? -1, (segments.at(-1)?.line ?? -1) + 1));
}

function notInWord({ insideWord }: Occurrence): boolean {
  return !insideWord;
}

function firstLine({ segments }: Occurrence): number {
  return segments[0]?.line ?? 0;
}

/** The text with the splices put in, which may stand in any order but not overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, text: put } of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(from, start), put);
    from = end;
  }
  return parts.join("") + text.slice(from);
}
