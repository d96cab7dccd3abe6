import type { PlanEntry, PlanEntryStatus } from "@agentclientprotocol/sdk/unstable";

/**
 * A plan while the instructions after it are done: `done` of `total` of them are. The steps share the instructions
 * evenly, as a plan in words can't say which belongs to which. Nothing to do after it: all of it is done.
 */
export function planEntries(steps: readonly string[], done: number, total: number): PlanEntry[] {
  const reached = done >= total ? steps.length : Math.floor((done * steps.length) / total);
  const statusOf = (index: number): PlanEntryStatus =>
    index < reached ? "completed" : index === reached && done > 0 ? "in_progress" : "pending";
  return steps.map((content, index) => ({ content, priority: "medium", status: statusOf(index) }));
}
