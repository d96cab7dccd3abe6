import type { RunningProcess } from "../lib/running-process.ts";
import type { RecordedProcess } from "../store/processes.ts";

/** Whether a process that runs is one that an earlier core started, or descends from one. Only `ours` may be ended unasked. */
export type Verdict = "ours" | "unproved" | "not ours";

export type Judged = { process: RunningProcess; record: RecordedProcess; verdict: Exclude<Verdict, "not ours"> };

/** Lists round down to seconds, and a clock ticks. */
const toleranceMs = { before: 5000, after: 100 };

/** What of an earlier core's runs still. `bootedAtMs`: nothing that was recorded before runs any more. */
export function judgeProcesses(
  records: readonly RecordedProcess[],
  processes: readonly RunningProcess[],
  bootedAtMs: number,
): Judged[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  const judged = new Map<number, Judged>();
  for (const record of records.filter(({ startedAt }) => startedAt >= bootedAtMs - toleranceMs.before)) {
    for (const process of processes) {
      const verdict = judge(record, process, pids.has(record.pid));
      if (verdict === "not ours" || judged.get(process.pid)?.verdict === "ours") continue;
      judged.set(process.pid, { process, record, verdict });
    }
  }
  addDescendants(judged, processes);
  return [...judged.values()];
}

export function judge(record: RecordedProcess, process: RunningProcess, leaderPidTaken: boolean): Verdict {
  if (process.tag !== null && process.tag !== "") return process.tag === record.tag ? "ours" : "not ours";
  if (process.pid === record.pid) return judgeLeader(record, process);
  const related = process.group === record.pid || (process.group === null && process.parent === record.pid);
  // While the number of the group is someone's, those in it are judged by their parents.
  if (!related || leaderPidTaken) return "not ours";
  const older = process.startedAtMs !== null && process.startedAtMs < record.startedAt - toleranceMs.before;
  return older ? "not ours" : "unproved";
}

/**
 * A number belongs to one process at a time, and it was recorded while it was our child's: one that holds it and didn't
 * begin after the record is that child.
 */
function judgeLeader(record: RecordedProcess, { startTicks, startedAtMs }: RunningProcess): Verdict {
  if (startTicks !== null) return startTicks === record.startTicks ? "ours" : "not ours";
  if (startedAtMs === null) return "unproved";
  const since = startedAtMs - record.startedAt;
  return since <= toleranceMs.after && since >= -toleranceMs.before ? "ours" : "not ours";
}

/** What descends from one that is ours, or is in the group it leads, is ours; and none of them is older than it. */
function addDescendants(judged: Map<number, Judged>, processes: readonly RunningProcess[]): void {
  let parents = [...judged.values()].filter(({ verdict }) => verdict === "ours");
  while (parents.length > 0) {
    parents = parents.flatMap(({ process: parent, record }) =>
      processes
        .filter(({ parent: of, group }) => of === parent.pid || group === parent.pid)
        .filter((process) => judged.get(process.pid)?.verdict !== "ours")
        .filter(({ tag }) => tag === null || tag === "" || tag === record.tag)
        .filter(({ startedAtMs }) => (startedAtMs ?? Infinity) >= (parent.startedAtMs ?? 0) - 1000)
        .map((process): Judged => {
          const found = { process, record, verdict: "ours" as const };
          judged.set(process.pid, found);
          return found;
        }),
    );
  }
}
