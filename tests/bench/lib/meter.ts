import { spawnSync } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../../electron/testing/until.ts";

/**
 * What one step took: time, work of this process and of children that ended, the longest that the loop stood still and that
 * it worked without a pause (on a busy machine it stands still without working), and programs.
 */
export type Cost = { ms: number; workMs: number; heldMs: number; busyMs: number; programs: number };

/** Linux counts the time of children in hundredths of a second. */
const tickMs = 10;

/** What was changed a moment ago is looked at twice, for it may change again within one tick of the file system's clock. */
const settleMs = 200;

/** Nothing waits to be written below the folder, and nothing was changed in this moment. */
export async function settleDisk(folder: string): Promise<void> {
  if (process.platform !== "win32") spawnSync("sync", process.platform === "linux" ? ["-f", folder] : []);
  await pause(settleMs);
}

/** Measures one step. What runs synchronously as a child (the references) is counted as work, and not as a program. */
export async function measured(step: () => unknown): Promise<Cost> {
  let programs = 0;
  const count = (): void => void (programs += 1);
  subscribe("child_process", count);
  const loop = new LoopMeter();
  const before = workMs();
  const start = performance.now();
  try {
    await step();
    const ms = performance.now() - start;
    const work = workMs() - before;
    // The last thing that held the loop is seen at the next turn of it.
    const { turns } = loop;
    await until(() => loop.turns > turns, "the loop's next turn");
    return { ms, workMs: work, heldMs: loop.heldMs, busyMs: loop.busyMs, programs };
  } finally {
    loop.stop();
    unsubscribe("child_process", count);
  }
}

/** Looks at the clock, and at the processor time of this thread, at every turn of the loop. */
class LoopMeter {
  heldMs = 0;
  busyMs = 0;
  turns = 0;
  #at = performance.now();
  #worked = threadMs();
  readonly #timer = setInterval(() => this.#turn(), 1);

  stop(): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    const [at, worked] = [performance.now(), threadMs()];
    this.heldMs = Math.max(this.heldMs, at - this.#at - 1);
    this.busyMs = Math.max(this.busyMs, worked - this.#worked);
    [this.#at, this.#worked] = [at, worked];
    this.turns += 1;
  }
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function workMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childrenMs();
}

function childrenMs(): number {
  if (process.platform !== "linux") return 0;
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}
