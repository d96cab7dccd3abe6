import { align, contested, type Alignment, type Wanted } from "./align.ts";
import { foldLine } from "./folds.ts";
import { LineLikeness } from "./line-likeness.ts";

/** A region of a file that is much like what was looked for: what stands for each wanted line, by index in the file. */
export type Region = Alignment & { from: number; to: number };

/** Of how many starts at most a region is worked out; those with the most equal lines come first. */
const maxRegions = 8;
/** A line that stands in more places than this tells nothing about where a region is. */
const commonLine = 60;

/**
 * The regions of a file that are like the wanted lines, best first. Each has at least one
 * line equal to a wanted one but for blanks and look-alikes.
 */
export class SimilarRegions {
  readonly keys: readonly string[];
  #places: Map<string, number[]>;
  #likeness = new LineLikeness();

  constructor(lines: readonly string[]) {
    this.keys = lines.map((line) => foldLine(line, "look-alikes"));
    this.#places = Map.groupBy(this.keys.keys(), (index) => this.keys[index] ?? "");
  }

  find(wanted: readonly string[]): Region[] {
    const { keys, weights } = this.#weighed(wanted);
    // Not so wide that a neighbouring copy is seen from every start, and this one from none.
    const slack = slackOf(keys.length);
    const regions = this.#starts(keys, weights).map((start) => {
      const from = Math.max(0, start - slack);
      const width = Math.min(this.keys.length, start + keys.length + slack) - from;
      const { at, score } = align(this.#wantedAt(from, keys, weights), width);
      return regionOf(
        at.map((line) => (line === null ? null : from + line)),
        score,
      );
    });
    return apart(regions.filter((region) => region !== null).toSorted((a, b) => b.score - a.score));
  }

  /** For each wanted line, whether another line near the region could as well stand for it as the one that does. */
  contested(wanted: readonly string[], region: Region): boolean[] {
    const { keys, weights } = this.#weighed(wanted);
    const from = Math.max(0, region.from - slackOf(keys.length));
    const width = Math.min(this.keys.length, region.to + slackOf(keys.length)) - from;
    const at = region.at.map((line) => (line === null ? null : line - from));
    return contested(this.#wantedAt(from, keys, weights), width, at);
  }

  #weighed(wanted: readonly string[]): { keys: string[]; weights: number[] } {
    const keys = wanted.map((line) => foldLine(line, "look-alikes"));
    return { keys, weights: keys.map((key) => this.#weight(key)) };
  }

  #wantedAt(from: number, keys: readonly string[], weights: readonly number[]): Wanted {
    return { weights, likeness: (i, j) => this.#alike(keys[i] ?? "", this.keys[from + j] ?? "") };
  }

  /** Whether the line stands nowhere else in the file. */
  isUnique(line: number): boolean {
    return this.#places.get(this.keys[line] ?? "")?.length === 1;
  }

  /** Long lines tell more than short ones, and lines that stand in one place more than those in many. */
  #weight(key: string): number {
    if (key === "") return 0.1;
    return Math.min(60, key.length) / Math.sqrt(Math.max(1, this.#places.get(key)?.length ?? 1));
  }

  #alike(a: string, b: string): number {
    if (a === b) return 1;
    if (a === "" || b === "") return 0;
    // A comment at the end of the line that the model left out.
    if (a.length > 5 && b.startsWith(a)) return 0.8;
    return this.#likeness.of(a, b) ** 1.5;
  }

  /** Where the first wanted line would stand, by lines that are equal; neighbouring votes count for each other. */
  #starts(keys: readonly string[], weights: readonly number[]): number[] {
    const votes = new Map<number, number>();
    keys.forEach((key, index) => {
      const places = key === "" ? [] : (this.#places.get(key) ?? []);
      if (places.length > commonLine) return;
      for (const place of places) votes.set(place - index, (votes.get(place - index) ?? 0) + (weights[index] ?? 0));
    });
    const around = (start: number): number =>
      [-2, -1, 0, 1, 2].reduce((sum, off) => sum + (votes.get(start + off) ?? 0) / (1 + Math.abs(off)), 0);
    const ranked = [...votes.keys()].map((start) => ({ start, value: around(start) })).toSorted((a, b) => b.value - a.value);
    const chosen: number[] = [];
    for (const { start } of ranked) {
      if (chosen.length === maxRegions) break;
      if (chosen.every((other) => Math.abs(other - start) > 2)) chosen.push(start);
    }
    return chosen;
  }
}

/** How many lines beyond a region are looked at. */
function slackOf(wanted: number): number {
  return Math.min(24, Math.max(3, wanted >> 1));
}

function regionOf(at: (number | null)[], score: number): Region | null {
  const lines = at.filter((line) => line !== null);
  const [first, last] = [lines[0], lines.at(-1)];
  return first === undefined || last === undefined ? null : { at, score, from: first, to: last + 1 };
}

/** Regions that are another one than each likelier one: a region is the same if most lines stand for the same lines. */
function apart(regions: readonly Region[]): Region[] {
  const kept: Region[] = [];
  for (const region of regions) {
    const same = ({ at }: Region): boolean =>
      2 * at.filter((line, index) => line !== null && line === region.at[index]).length >=
      region.at.filter((line) => line !== null).length;
    if (!kept.some(same)) kept.push(region);
  }
  return kept;
}
