/** A line of a text may be all of it; what is drawn of one, in UTF-16 units. */
export const longestLine = 2_000;

/** The runs of one line, cut after `most` units of all their text; what was cut shows as `…`. Pure. */
export function cutLine<T extends { text: string }>(runs: readonly T[], most = longestLine): readonly T[] {
  let left = most;
  for (const [index, run] of runs.entries()) {
    if (run.text.length > left) return [...runs.slice(0, index), { ...run, text: `${run.text.slice(0, left)}…` }];
    left -= run.text.length;
  }
  return runs;
}
