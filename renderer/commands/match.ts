/**
 * How well `query` fits `text`: null for not at all, higher is better. Every letter of the query must come in order;
 * starts of words and runs of letters count more, so `nc` finds "New chat" before "Branch".
 */
export function matchScore(query: string, text: string): number | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, "");
  const lower = text.toLowerCase();
  if (wanted === "") return 0;
  const whole = wholeAt(lower, query.toLowerCase().trim());
  if (whole !== -1) return (isWordStart(lower, whole) ? 1000 : 9 * wanted.length) - (whole + lower.length) / 100;
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = bestNext(lower, letter, at);
    if (next === -1) return null;
    score += isWordStart(lower, next) ? 10 : next === at + 1 ? 8 : 1;
    at = next;
  }
  return score - lower.length / 100;
}

/** Where all of the query stands in one piece: at the start of a word if possible. */
function wholeAt(text: string, query: string): number {
  const first = text.indexOf(query);
  for (let at = first; at !== -1; at = text.indexOf(query, at + 1)) if (isWordStart(text, at)) return at;
  return first;
}

/** The letter's next start of a word if the one after `at` isn't it right away; otherwise its next place. */
function bestNext(text: string, letter: string, at: number): number {
  const next = text.indexOf(letter, at + 1);
  if (next === -1 || next === at + 1) return next;
  for (let start = next; start !== -1; start = text.indexOf(letter, start + 1)) if (isWordStart(text, start)) return start;
  return next;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[\s/_.:-]/.test(text[at - 1] ?? "");
}

/** The items that fit, best first; the given order among equals. */
export function ranked<T>(items: readonly T[], query: string, textOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, score: matchScore(query, textOf(item)) }))
    .filter((entry): entry is { item: T; score: number } => entry.score !== null)
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item);
}
