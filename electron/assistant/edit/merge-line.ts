import { changesOf, counterparts, type Change } from "./changes.ts";
import { plainChar } from "./folds.ts";

/**
 * Makes a model's change of one line in the file's form of that line: of the file's line everything stays that the
 * model only repeats or didn't know of. All three without indentation. Null where the change touches what differs.
 */
export function mergeLine(before: string, after: string, ours: string): string | null {
  const theirs = tokensOf(before);
  const own = tokensOf(ours);
  const at = counterparts(theirs.map(foldToken), own.map(foldToken));
  const out: string[] = [];
  let from = 0;
  for (const change of changesOf(theirs, tokensOf(after))) {
    const range = rangeOf(change, at, own.length);
    if (!range || range.from < from) return null;
    out.push(...own.slice(from, range.from), ...change.added);
    from = range.to;
  }
  return out.join("") + own.slice(from).join("");
}

/** The tokens of the file's line that a change stands for: the same ones, beside the same neighbours. */
function rangeOf(change: Change, at: readonly (number | null)[], length: number): { from: number; to: number } | null {
  const before = change.from === 0 ? -1 : (at[change.from - 1] ?? null);
  const after = change.to === at.length ? length : (at[change.to] ?? null);
  if (change.from === change.to) {
    if (before === null || after === null) return null;
    if (after === before + 1) return { from: after, to: after };
    // What the file has more of stands at its end: what is added goes before it.
    return change.to === at.length ? { from: before + 1, to: before + 1 } : null;
  }
  const [first, last] = [at[change.from] ?? null, at[change.to - 1] ?? null];
  const gone = at.slice(change.from, change.to);
  if (first === null || last === null || gone.includes(null) || last - first !== gone.length - 1) return null;
  return { from: first, to: last + 1 };
}

function tokensOf(line: string): string[] {
  return line.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

function foldToken(token: string): string {
  if (token.trim() === "") return " ";
  return token.length === 1 ? plainChar(token) : token;
}
