import { foldersMeet } from "../lib/inside.ts";
import type { RunPlace } from "../working-copies/leases.ts";

/** A run that goes on or is paused, or with an empty `runId` other work that holds a working copy. */
export type Active = RunPlace & { label: string; paused?: boolean };

export type Schedule = { start: string[]; reasons: Map<string, string> };

/**
 * Which waiting runs may start, and why the others wait. One run at a time per working copy and in folders that meet, at most
 * `limit` at once, of which those that are paused are none;
 * a later run never overtakes an earlier one of the same working copy.
 */
export function schedule(
  waiting: readonly RunPlace[],
  active: readonly Active[],
  limit: number,
  labelOf: (runId: string) => string,
): Schedule {
  const going = active.filter((run) => run.runId !== "" && !run.paused).length;
  const holders = [...active];
  const start: string[] = [];
  const reasons = new Map<string, string>();
  for (const run of waiting) {
    const holder =
      holders.find((other) => other.workingCopyId === run.workingCopyId) ??
      holders.find((other) => foldersMeet(other.folder, run.folder));
    if (holder !== undefined) reasons.set(run.runId, `Waits for ${nameFor(run, holder)}`);
    else if (going + start.length >= limit) reasons.set(run.runId, `Waits for a free place: ${limit} runs are going`);
    else start.push(run.runId);
    if (holder === undefined) holders.push({ ...run, label: labelOf(run.runId) });
  }
  return { start, reasons };
}

function nameFor(run: RunPlace, holder: Active): string {
  return holder.workingCopyId === run.workingCopyId ? holder.label : `${holder.label} of another session in this folder`;
}
