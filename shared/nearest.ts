/**
 * The known name that a person who wrote `name` most likely meant: the same but for case, `_` and `-`, or a slip or two
 * away (edit distance, at most a third of the letters); null where none is near.
 */
export function nearest(name: string, known: readonly string[]): string | null {
  const written = plain(name).slice(0, 100);
  let best: string | null = null;
  let least = Math.floor(Math.min(8, Math.max(3, written.length)) / 3) + 1;
  for (const candidate of known) {
    const distance = editDistance(written, plain(candidate));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function plain(name: string): string {
  return name.replaceAll(/[_-]/g, "").toLowerCase();
}

/** Levenshtein's: letters put in, taken out or changed, by Wagner and Fischer's table, a row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
