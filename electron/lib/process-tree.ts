import { spawn } from "node:child_process";
import { lookAnew, pidsTagged, processTable, readStat } from "./process-table.ts";
import { nextTurn } from "./slices.ts";

// Who a process is, what descends from it, and how both are ended.

/** Who a process is, over pid reuse and restarts of the system: pid, and the kernel's start time in this run of it. */
export type ProcessIdentity = { pid: number; startTicks: string | null };

export type ProcessTree = { leader: ProcessIdentity; tag: string | undefined };

/**
 * Ends a group and the descendants that had left it, and returns whether all are gone. The child's `close` alone isn't
 * proof: a grandchild may hold the pipes, and the leader may be gone while its group lives on.
 */
export async function killTree(tree: ProcessTree, graceMs: number): Promise<boolean> {
  const strays = new Map<number, ProcessIdentity>();
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const stray of membersOf(tree)) strays.set(stray.pid, stray);
    signalGroup(tree.leader, signal);
    for (const stray of strays.values()) signalIfSame(stray, signal);
  };
  // A look that is shared in this turn may be older than the last child: what leaves the group would be lost with its parent.
  lookAnew();
  signalAll("SIGTERM");
  if (await goneWithin(tree, strays, graceMs)) return true;
  // More than once: a process that forks while it is being killed leaves a child that no look has seen.
  for (let round = 0; round < 5; round += 1) {
    signalAll("SIGKILL");
    if (await goneWithin(tree, strays, 1000)) return true;
  }
  return false;
}

/** Pids of all that belongs to the tree, those that left its group included; not its leader. */
export function membersOf({ leader, tag }: ProcessTree): ProcessIdentity[] {
  const children = ownsPid(leader) ? descendants(leader.pid) : [];
  const tagged = tag === undefined ? [] : pidsTagged(tag);
  return [...new Set([...children, ...tagged])].filter((pid) => pid !== leader.pid && pid !== process.pid).map(identify);
}

async function goneWithin(tree: ProcessTree, strays: Map<number, ProcessIdentity>, ms: number): Promise<boolean> {
  return endsWithin(async () => {
    if (!isGone(tree, strays)) return false;
    // The look at all processes may be as old as this turn of the loop: what was forked since is in the next one's.
    await nextTurn();
    return isGone(tree, strays);
  }, ms);
}

/** Whether it comes to hold in time. Nobody is told of the end of a process that isn't a child: it is looked for. */
export async function endsWithin(test: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  for (;;) {
    if (await test()) return true;
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Notes what was found late. */
function isGone(tree: ProcessTree, strays: Map<number, ProcessIdentity>): boolean {
  if (groupAlive(tree.leader) || [...strays.values()].some(isSameProcess)) return false;
  const late = membersOf(tree).filter(isSameProcess);
  for (const stray of late) strays.set(stray.pid, stray);
  return late.length === 0;
}

/**
 * Whether the pid, and so the group of that number, is still this process's or nobody's: the kernel gives a number to
 * nobody else while a group of that number exists, so a process with another start time means that the group is gone.
 */
function ownsPid(leader: ProcessIdentity): boolean {
  if (leader.pid <= 1) return false;
  const stat = readStat(leader.pid);
  return stat === null || leader.startTicks === null || stat.startTicks === leader.startTicks;
}

function signalGroup(leader: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!ownsPid(leader)) return;
  if (process.platform === "win32") return endTreeOnWindows(leader.pid);
  try {
    process.kill(-leader.pid, signal);
  } catch {
    // ESRCH: nobody of the group is left, which is what was wanted.
  }
}

/** Windows has neither groups nor a TERM that a console program would see; taskkill walks the tree. */
function endTreeOnWindows(pid: number): void {
  spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true }).on("error", () => {
    // Without taskkill nothing better is at hand; `gone` will say so.
  });
}

function signalIfSame(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isSameProcess(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // Gone between the look and the signal.
  }
}

/**
 * Ends a recorded process with its group and descendants: only processes proved to be the recorded one or to carry its
 * tag ("" for none).
 * Returns whether something was alive, and whether it is gone.
 */
export async function killProcessTree(
  recorded: ProcessIdentity & { tag: string },
  graceMs = 2000,
): Promise<{ found: boolean; gone: boolean }> {
  if (recorded.pid === process.pid) return { found: false, gone: true };
  const leader = { pid: recorded.pid, startTicks: recorded.startTicks };
  if (isSameProcess(leader)) return { found: true, gone: await killTree({ leader, tag: recorded.tag }, graceMs) };
  // The leader is gone, so its number may be anybody's by now: nothing but the tag is proof.
  const orphans = { leader: { pid: 0, startTicks: null }, tag: recorded.tag };
  lookAnew();
  if (membersOf(orphans).filter(isSameProcess).length === 0) return { found: false, gone: true };
  return { found: true, gone: await killTree(orphans, graceMs) };
}

function groupAlive(leader: ProcessIdentity): boolean {
  if (!ownsPid(leader)) return false;
  try {
    process.kill(process.platform === "win32" ? leader.pid : -leader.pid, 0);
  } catch {
    return false;
  }
  // A group of nothing but zombies answers signal 0; nothing runs in it any more.
  const members = processTable()?.filter((entry) => entry.group === leader.pid);
  return members === undefined || members.some((entry) => entry.state !== "Z" && entry.state !== "X");
}

/** Pid and start time of a process now; `startTicks` null where the platform doesn't tell or the process is gone. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startTicks: readStat(pid)?.startTicks ?? null };
}

/** Whether the recorded process still runs. Without a start time on record it can't be proved, so: no. */
export function isSameProcess(identity: ProcessIdentity): boolean {
  if (identity.startTicks === null) return false;
  const stat = readStat(identity.pid);
  return stat !== null && stat.startTicks === identity.startTicks && stat.state !== "Z";
}

/** Pids of all that descends from `pid`, those that left its group included. */
export function descendants(pid: number): number[] {
  const table = processTable() ?? [];
  const found: number[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const next = table.filter((entry) => parents.has(entry.parent)).map((entry) => entry.pid);
    found.push(...next);
    parents = new Set(next);
  }
  return found;
}

/** Memory in bytes and CPU time in seconds of a process with its descendants; null where the platform doesn't tell. */
export function resources(pid: number): { memoryBytes: number; cpuSeconds: number } | null {
  const table = processTable();
  if (!table) return null;
  const pids = new Set([pid, ...descendants(pid)]);
  const tree = table.filter((entry) => pids.has(entry.pid));
  if (tree.length === 0) return null;
  return {
    memoryBytes: tree.reduce((sum, entry) => sum + entry.rssPages * 4096, 0),
    cpuSeconds: tree.reduce((sum, entry) => sum + entry.cpuTicks / 100, 0),
  };
}

/** Whether anybody holds the number; one that is dead and that nobody has waited for doesn't. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return readStat(pid)?.state !== "Z";
}

/** Signals one process, whose identity the caller has just seen; on Windows it ends with what descends from it. */
export function killOne(pid: number, signal: NodeJS.Signals): void {
  if (process.platform === "win32") return endTreeOnWindows(pid);
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between the look and the signal, or someone else's: the caller looks again.
  }
}
