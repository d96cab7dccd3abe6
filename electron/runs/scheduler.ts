/** A run that waits, in the order it was created. `runId` is empty for other work that holds a working copy. */
export type Waiting = { runId: string; workingCopyId: string };
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
  const busy = new Map(active.map((run) => [run.workingCopyId, run.label]));
  const start: string[] = [];
  const reasons = new Map<string, string>();
  for (const run of waiting) {
    const holder = busy.get(run.workingCopyId);
    if (holder !== undefined) reasons.set(run.runId, `Waits for ${holder}`);
    else if (going + start.length >= limit) reasons.set(run.runId, `Waits for a free place: ${limit} runs are going`);
    else start.push(run.runId);
    if (holder === undefined) busy.set(run.workingCopyId, labelOf(run.runId));
  }
  return { start, reasons };
}
