import type { CodeSymbol } from "../../../../shared/outline-messages.ts";

/** How much a word tells: the fewer files have it, the more. */
export type Weights = ReadonlyMap<string, number>;

/** Lines from 1, both included. */
export type Excerpt = { from: number; to: number; score: number };

/** Matches so near each other are one excerpt, and around them so much is shown. */
const nearLines = 6;
const aroundLines = 3;
/** A declaration that isn't longer is shown whole. */
const maxWholeLines = 40;
/** Excerpts side by side aren't made one beyond this: a file with a match in every line would be all or nothing. */
const longestLines = 2 * maxWholeLines;

export function weightsOf(filesWith: ReadonlyMap<string, number>, files: number): Weights {
  return new Map([...filesWith].map(([word, count]) => [word, Math.log(1 + files / Math.max(1, count))]));
}

/**
 * How well a file fits: each word by its weight where it is in the text, a little more for each line that has it, and once
 * more where it is in the name.
 */
export function fileScore(path: string, linesWith: (word: string) => number, weights: Weights): number {
  const name = path.toLowerCase();
  let score = 0;
  for (const [word, weight] of weights) {
    const lines = linesWith(word);
    if (lines > 0) score += weight * (1 + Math.log(lines) / 4);
    if (name.includes(word.toLowerCase())) score += weight;
  }
  return score;
}

/** The parts of a file in which the words are, best first. `symbols`: what it declares, which isn't torn apart where it is short. */
export function excerptsOf(lines: readonly string[], weights: Weights, symbols: readonly CodeSymbol[]): Excerpt[] {
  const words = [...weights].map(([word, weight]) => ({ word: word.toLowerCase(), weight }));
  const matches = lines.flatMap((line, at) => {
    const text = line.toLowerCase();
    const found = words.filter(({ word }) => text.includes(word));
    return found.length === 0 ? [] : [{ line: at + 1, found }];
  });
  const groups: (typeof matches)[] = [];
  for (const match of matches) {
    const last = groups.at(-1);
    const isNear = last && match.line - (last.at(-1)?.line ?? 0) <= nearLines;
    if (isNear && match.line - (last[0]?.line ?? 0) < maxWholeLines) last.push(match);
    else groups.push([match]);
  }
  const excerpts = groups.map((group) => {
    const distinct = new Map(group.flatMap(({ found }) => found).map(({ word, weight }) => [word, weight]));
    const score = [...distinct.values()].reduce((sum, weight) => sum + weight, 0) + Math.log(group.length);
    return { ...around(group[0]?.line ?? 1, group.at(-1)?.line ?? 1, lines.length, symbols), score };
  });
  return joined(excerpts).toSorted((a, b) => b.score - a.score);
}

function around(first: number, last: number, length: number, symbols: readonly CodeSymbol[]): { from: number; to: number } {
  const whole = symbols.findLast(({ from, to }) => from <= first && to >= last && to - from < maxWholeLines);
  const from = Math.max(1, Math.min(first - aroundLines, whole?.from ?? first));
  return { from, to: Math.min(length, Math.max(last + aroundLines, whole?.to ?? last)) };
}

/** Those that overlap or touch as one, unless it gets too long: then the later begins where the earlier ends. They come in their order. */
function joined(excerpts: readonly Excerpt[]): Excerpt[] {
  const made: Excerpt[] = [];
  for (const each of excerpts) {
    const last = made.at(-1);
    const isBeside = last && each.from <= last.to + 1;
    if (isBeside && each.to - last.from >= longestLines) {
      if (each.to > last.to) made.push({ ...each, from: last.to + 1 });
    } else if (isBeside)
      made[made.length - 1] = {
        from: Math.min(last.from, each.from),
        to: Math.max(last.to, each.to),
        score: Math.max(last.score, each.score),
      };
    else made.push(each);
  }
  return made;
}
