import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { until } from "../../../electron/testing/until.ts";

/** What one step took: time, work of this process and of children that ended, how long the loop stood still, and programs. */
export type Cost = { ms: number; cpuMs: number; heldMs: number; programs: number };

const resolutionMs = 1;
/** Linux counts the time of children in hundredths of a second. */
const tickMs = 10;

/** Measures one step. What runs synchronously as a child (the references) is counted as work, and not as a program. */
export async function measured(work: () => unknown): Promise<Cost> {
  let programs = 0;
  const count = (): void => void (programs += 1);
  subscribe("child_process", count);
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  const before = cpuMs();
  delay.enable();
  const start = performance.now();
  try {
    await work();
    const ms = performance.now() - start;
    // The last thing that held the loop is seen at the next turn of it.
    const turns = delay.count;
    await until(() => delay.count > turns, "the loop's next turn");
    return { ms, cpuMs: cpuMs() - before, heldMs: Math.max(0, delay.max / 1e6 - resolutionMs), programs };
  } finally {
    delay.disable();
    unsubscribe("child_process", count);
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childrenMs();
}

function childrenMs(): number {
  if (process.platform !== "linux") return 0;
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}
