/**
 * How well a path matches what was typed; null when it doesn't. Every character must occur in order; the file's name
 * counts most, then runs of characters and the beginnings of words, then short paths. (The idea of fzf's first matcher.)
 */
export function scorePath(path: string, query: string): number | null {
  const wanted = query.toLowerCase().replaceAll(/[\s\\]+/g, "");
  if (wanted === "") return 0;
  const lower = path.toLowerCase();
  const nameAt = lower.lastIndexOf("/", lower.length - 2) + 1;
  const inName = matchFrom(path, lower, wanted, nameAt);
  const found = inName === null ? matchFrom(path, lower, wanted, 0) : inName + 40;
  if (found === null) return null;
  const exact = lower === wanted ? 200 : lower.startsWith(wanted, nameAt) ? 60 : lower.includes(wanted) ? 30 : 0;
  return found + exact - path.length / 20;
}

function matchFrom(path: string, lower: string, wanted: string, start: number): number | null {
  let score = 0;
  let at = start - 1;
  for (const char of wanted) {
    const next = lower.indexOf(char, at + 1);
    if (next === -1) return null;
    if (next === at + 1 && at >= start) score += 6;
    else if (beginsWord(path, next)) score += 8;
    score -= Math.min(next - at - 1, 10) / 5;
    at = next;
  }
  return score;
}

function beginsWord(path: string, at: number): boolean {
  if (at === 0) return true;
  const before = path[at - 1] ?? "";
  const here = path[at] ?? "";
  return /[/_\-. ]/.test(before) || (/[a-z0-9]/.test(before) && /[A-Z]/.test(here));
}
