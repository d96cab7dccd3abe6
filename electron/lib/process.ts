import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { Writable } from "node:stream";
import { lookAnew, pidsTagged, processTable, readStat, tagName } from "./process-table.ts";

/**
 * The one door to child processes. No shell, a process group of its own, an environment that is given and not inherited.
 * A child belongs to whoever started it, until `stop` has proved that its whole group is gone.
 */
export type SpawnFailure = { type: "not-found" | "not-executable" | "exhausted" | "spawn-failed" | "cancelled"; message: string };

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type StartOptions = {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** Put into the environment, which descendants inherit: those that left the group and lost their parent are found by it (Linux). */
  tag?: string;
  /** Aborted before the child runs, it never does: what arrives is killed. */
  signal?: AbortSignal;
};

/** Who a process is, over pid reuse and restarts of the system: pid, and the kernel's start time in this run of it. */
export type ProcessIdentity = { pid: number; startTicks: string | null };

export type Child = {
  readonly pid: number;
  readonly identity: ProcessIdentity;
  readonly stdin: Writable;
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  /** It ended and its output has been read, or a second has passed since: a grandchild may hold the pipes for ever. */
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** TERM to the group, KILL after `graceMs`; `gone` says whether the group and all known descendants are proved gone. */
  stop(graceMs?: number): Promise<Exit & { gone: boolean }>;
};

/** Starts a child. Resolves once it runs, or with the reason why it can't. */
export async function startChild(
  options: StartOptions,
): Promise<{ ok: true; value: Child } | { ok: false; error: SpawnFailure }> {
  const cancelled = { type: "cancelled", message: "Stopped before it began" } as const;
  if (options.signal?.aborted) return { ok: false, error: cancelled };
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.tag === undefined ? options.env : { ...options.env, [tagName]: options.tag },
      detached: process.platform !== "win32",
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
      shell: false,
    });
  } catch (error) {
    return { ok: false, error: spawnFailure(error, options.command) };
  }
  const exited = endOf(child);
  const started = await new Promise<SpawnFailure | null>((resolve) => {
    child.once("spawn", () => resolve(null));
    child.once("error", (error) => resolve(spawnFailure(error, options.command)));
  });
  if (started) return { ok: false, error: started };
  // A dead reader of stdin shows as the child's exit; the pipe's own error says nothing more.
  child.stdin.on("error", () => {});
  child.on("error", () => {});
  const own = ownChild(child, exited, options.tag);
  if (options.signal?.aborted) {
    await own.stop(0);
    return { ok: false, error: cancelled };
  }
  return { ok: true, value: own };
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<Exit> {
  return new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("exit", (code, signal) => setTimeout(() => resolve({ code, signal }), 1000).unref());
  });
}

function ownChild(child: ChildProcessWithoutNullStreams, exited: Promise<Exit>, tag: string | undefined): Child {
  const pid = child.pid ?? 0;
  const identity = identify(pid);
  let running = true;
  child.once("exit", () => (running = false));
  let stopping: Promise<Exit & { gone: boolean }> | null = null;
  return {
    pid,
    identity,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    isRunning: () => running,
    stop(graceMs = 3000) {
      stopping ??= stopFamily({ leader: identity, tag }, graceMs).then(async (gone) => {
        child.stdin.destroy();
        child.stdout.destroy();
        child.stderr.destroy();
        const exit = gone ? await exited : { code: null, signal: null };
        return { ...exit, gone };
      });
      return stopping;
    },
  };
}

type Family = { leader: ProcessIdentity; tag: string | undefined };

/**
 * Ends a group and the descendants that had left it, and returns whether all are gone. The child's `close` alone isn't
 * proof: a grandchild may hold the pipes, and the leader may be gone while its group lives on.
 */
async function stopFamily(family: Family, graceMs: number): Promise<boolean> {
  const strays = new Map<number, ProcessIdentity>();
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const stray of findStrays(family)) strays.set(stray.pid, stray);
    signalGroup(family.leader, signal);
    for (const stray of strays.values()) signalIfSame(stray, signal);
  };
  // A look that is shared in this turn may be older than the last child: what leaves the group would be lost with its parent.
  lookAnew();
  signalAll("SIGTERM");
  if (await goneWithin(family, strays, graceMs)) return true;
  // More than once: a process that forks while it is being killed leaves a child that no look has seen.
  for (let round = 0; round < 5; round += 1) {
    signalAll("SIGKILL");
    if (await goneWithin(family, strays, 1000)) return true;
  }
  return false;
}

function findStrays({ leader, tag }: Family): ProcessIdentity[] {
  const children = ownsPid(leader) ? descendants(leader.pid) : [];
  const tagged = tag === undefined ? [] : pidsTagged(tag);
  return [...new Set([...children, ...tagged])].filter((pid) => pid !== leader.pid && pid !== process.pid).map(identify);
}

async function goneWithin(family: Family, strays: Map<number, ProcessIdentity>, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  for (;;) {
    // The look at all processes may be as old as this turn of the loop: what was forked since is in the next one's.
    if (isGone(family, strays)) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isGone(family, strays)) return true;
    }
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Notes what was found late. */
function isGone(family: Family, strays: Map<number, ProcessIdentity>): boolean {
  if (groupAlive(family.leader) || [...strays.values()].some(isSameProcess)) return false;
  const late = findStrays(family).filter(isSameProcess);
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
export async function reapFamily(
  recorded: ProcessIdentity & { tag: string },
  graceMs = 2000,
): Promise<{ found: boolean; gone: boolean }> {
  if (recorded.pid === process.pid) return { found: false, gone: true };
  const leader = { pid: recorded.pid, startTicks: recorded.startTicks };
  if (isSameProcess(leader)) return { found: true, gone: await stopFamily({ leader, tag: recorded.tag }, graceMs) };
  // The leader is gone, so its number may be anybody's by now: nothing but the tag is proof.
  const orphans = { leader: { pid: 0, startTicks: null }, tag: recorded.tag };
  lookAnew();
  if (findStrays(orphans).filter(isSameProcess).length === 0) return { found: false, gone: true };
  return { found: true, gone: await stopFamily(orphans, graceMs) };
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

function spawnFailure(error: unknown, command: string): SpawnFailure {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return { type: "not-found", message: `${command} was not found, or its folder is gone` };
  if (code === "EACCES" || code === "ENOEXEC")
    return { type: "not-executable", message: `${command} can't be executed (${code})` };
  if (code === "EAGAIN" || code === "EMFILE" || code === "ENOMEM")
    return { type: "exhausted", message: `The system has no room for another process (${code})` };
  return { type: "spawn-failed", message: error instanceof Error ? error.message : String(error) };
}

export type RunFailure =
  | SpawnFailure
  | { type: "timeout"; message: string }
  | { type: "cancelled"; message: string }
  | { type: "output-too-large"; message: string };

export type Finished = Exit & { stdout: Buffer; stderr: Buffer };

/** Runs a program to its end. A non-zero exit is a result, not a failure; the caller knows what it means. */
export async function runToEnd(
  options: StartOptions & { input?: Uint8Array | string; timeoutMs: number; maxBytes: number; signal?: AbortSignal },
): Promise<{ ok: true; value: Finished } | { ok: false; error: RunFailure }> {
  if (options.signal?.aborted) return { ok: false, error: { type: "cancelled", message: "Cancelled" } };
  const started = await startChild(options);
  if (!started.ok) return started;
  const child = started.value;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let bytes = 0;
  let failure: RunFailure | null = null;
  const abandon = (reason: RunFailure): void => {
    failure ??= reason;
    void child.stop();
  };
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > options.maxBytes) abandon({ type: "output-too-large", message: `Over ${options.maxBytes} bytes of output` });
    else stdout.push(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    if (stderr.length < 256) stderr.push(chunk);
  });
  const timer = setTimeout(
    () => abandon({ type: "timeout", message: `No end after ${options.timeoutMs} ms` }),
    options.timeoutMs,
  );
  const onAbort = (): void => abandon({ type: "cancelled", message: "Cancelled" });
  options.signal?.addEventListener("abort", onAbort, { once: true });
  child.stdin.end(options.input ?? "");
  const exit = await child.exited;
  clearTimeout(timer);
  options.signal?.removeEventListener("abort", onAbort);
  if (failure) return { ok: false, error: failure };
  return { ok: true, value: { ...exit, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) } };
}
