import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { relativeInside } from "./inside.ts";
import { lookAnew, readStat, type Stat } from "./process-table.ts";
import { endsWithin, isSameProcess, killOne, membersOf, type ProcessTree } from "./process-tree.ts";

// What a process began a short while ago and left running, as Linux tells it. Elsewhere nothing is told, and nothing ended.

/** `ageMs`: how long it has run, to a hundredth of a second. */
export type Started = Stat & { ageMs: number };

const ticksPerSecond = 100;
const graceMs = 500;
const provedMs = 2000;

/** Members of the tree that began within so many ms; `folder`: only those that work in it, and what they began. */
export function startedWithin(tree: ProcessTree, ms: number, folder: string | null): Started[] {
  lookAnew();
  const uptimeMs = readUptime();
  if (uptimeMs === null) return [];
  const young = membersOf(tree).flatMap(({ pid }): Started[] => {
    const stat = readStat(pid);
    if (!stat || stat.state === "Z") return [];
    const ageMs = uptimeMs - startMs(stat);
    return ageMs <= ms ? [{ ...stat, ageMs }] : [];
  });
  if (folder === null) return young;
  const real = realpathSync(folder);
  const kept = new Set(young.filter(({ pid }) => worksIn(pid, real)).map(({ pid }) => pid));
  for (let before = -1; before !== kept.size;) {
    before = kept.size;
    for (const { pid, parent } of young) if (kept.has(parent)) kept.add(pid);
  }
  return young.filter(({ pid }) => kept.has(pid));
}

/** Gives them a moment to end by themselves, then ends them; returns those that run on all the same. */
export async function endStarted(started: readonly Started[]): Promise<Started[]> {
  if (await allGone(started, graceMs)) return [];
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const process of started) if (isSameProcess(process)) killOne(process.pid, signal);
    if (await allGone(started, provedMs)) return [];
  }
  return started.filter(isSameProcess);
}

function allGone(started: readonly Started[], ms: number): Promise<boolean> {
  return endsWithin(() => !started.some(isSameProcess), ms);
}

function startMs({ startTicks }: Stat): number {
  return (Number.parseInt(startTicks, 10) * 1000) / ticksPerSecond;
}

/** Null where it doesn't fit what is known of this process: a container may have an uptime of its own. */
function readUptime(): number | null {
  const own = readStat(process.pid);
  if (process.platform !== "linux" || !own) return null;
  const uptimeMs = Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * 1000;
  return uptimeMs - startMs(own) >= performance.now() - ticksPerSecond ? uptimeMs : null;
}

function worksIn(pid: number, folder: string): boolean {
  try {
    return relativeInside(folder, readlinkSync(`/proc/${pid}/cwd`)) !== null;
  } catch {
    return false; // Gone, or not ours to look at.
  }
}
