/** What a line is indented by. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

type Pair = { theirs: string; ours: string };

/**
 * From lines that are the same but for their indentation: how the file indents what a model indents by so much.
 * An indentation that was seen is mapped as it was seen; another one by its distance from one that was seen.
 */
export function indentMap(pairs: readonly Pair[]): (theirs: string) => string {
  const known = mostSeen(pairs);
  if (known.size === 0 || [...known].every(([theirs, ours]) => theirs === ours)) return (theirs) => theirs;
  const scale = scaleOf(known);
  const ourChar = charOf([...known.values()]) ?? charOf([...known.keys()]) ?? " ";
  const bases = [...known.keys()].toSorted((a, b) => b.length - a.length);
  return (theirs) => {
    const seen = known.get(theirs);
    if (seen !== undefined) return seen;
    const within = bases.find((base) => theirs.startsWith(base));
    if (within !== undefined) {
      return (known.get(within) ?? "") + ourChar.repeat(Math.round((theirs.length - within.length) * scale));
    }
    const nearest = bases.findLast((base) => base.startsWith(theirs)) ?? bases.at(-1) ?? "";
    const ours = known.get(nearest) ?? "";
    return ours.slice(0, Math.max(0, ours.length - Math.round((nearest.length - theirs.length) * scale)));
  };
}

/** Each indentation with what the file has most often in its place. */
function mostSeen(pairs: readonly Pair[]): Map<string, string> {
  const counts = Map.groupBy(pairs, ({ theirs }) => theirs);
  return new Map(
    [...counts].map(([theirs, list]) => {
      const times = Map.groupBy(list, ({ ours }) => ours);
      const most = [...times].toSorted(([, a], [, b]) => b.length - a.length)[0];
      return [theirs, most?.[0] ?? theirs] as const;
    }),
  );
}

/** How many of the file's characters stand for one of the model's: 0.25 where a tab stands for four blanks. */
function scaleOf(known: ReadonlyMap<string, string>): number {
  const sorted = [...known].toSorted(([a], [b]) => a.length - b.length);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least && most && most[0].length > least[0].length && most[1].length > least[1].length) {
    return (most[1].length - least[1].length) / (most[0].length - least[0].length);
  }
  const tabs = { ours: charOf([...known.values()]) === "\t", theirs: charOf([...known.keys()]) === "\t" };
  if (tabs.ours === tabs.theirs) return 1;
  const [theirs, ours] = most ?? ["", ""];
  if (theirs.length > 0 && ours.length > 0) return ours.length / theirs.length;
  return tabs.ours ? 0.25 : 4;
}

function charOf(indents: readonly string[]): " " | "\t" | null {
  const all = indents.join("");
  if (all === "") return null;
  return all.includes("\t") ? "\t" : " ";
}
