/**
 * A run that waits, in the order it was created. `runId` is empty for other work that holds a working copy. `folder` is
 * where it works: sessions in place share the project's own, and so one working copy.
 */
export type Waiting = { runId: string; workingCopyId: string; folder: string | null };
export type Active = Waiting & { label: string };

export type Decision = { start: string[]; reasons: Map<string, string> };

/**
 * Which waiting runs may start, and why the others wait. One run at a time per working copy, at most `limit` at once;
 * a later run never overtakes an earlier one of the same working copy.
 */
export function schedule(
  waiting: readonly Waiting[],
  active: readonly Active[],
  limit: number,
  labelOf: (runId: string) => string,
): Decision {
  const going = active.filter((run) => run.runId !== "").length;
  const holders = new Map(active.flatMap((run) => placesOf(run).map((place) => [place, run])));
  const start: string[] = [];
  const reasons = new Map<string, string>();
  for (const run of waiting) {
    const holder = placesOf(run)
      .map((place) => holders.get(place))
      .find((found) => found !== undefined);
    if (holder !== undefined) reasons.set(run.runId, `Waits for ${nameFor(run, holder)}`);
    else if (going + start.length >= limit) reasons.set(run.runId, `Waits for a free place: ${limit} runs are going`);
    else start.push(run.runId);
    if (holder === undefined) for (const place of placesOf(run)) holders.set(place, { ...run, label: labelOf(run.runId) });
  }
  return { start, reasons };
}

function placesOf({ workingCopyId, folder }: Waiting): string[] {
  return folder === null ? [workingCopyId] : [workingCopyId, folder];
}

function nameFor(run: Waiting, holder: Active): string {
  return holder.workingCopyId === run.workingCopyId ? holder.label : `${holder.label} of another session in this folder`;
}
