import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * The one door to child processes. No shell, a process group of its own, an environment that is given and not inherited.
 * A child belongs to whoever started it, until `stop` has proved that its whole group is gone.
 */
export type SpawnFailure = { type: "not-found" | "not-executable" | "exhausted" | "spawn-failed"; message: string };

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type StartOptions = {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
};

/** Who a process is, over pid reuse: pid and the kernel's start time. */
export type ProcessIdentity = { pid: number; startTicks: string | null };

export type Child = {
  readonly pid: number;
  readonly identity: ProcessIdentity;
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** TERM to the group, KILL after `graceMs`, and waits until the group and known descendants are gone. */
  stop(graceMs?: number): Promise<Exit>;
};

/** Starts a child. Resolves once it runs, or with the reason why it can't. */
export async function startChild(options: StartOptions): Promise<{ ok: true; value: Child } | { ok: false; error: SpawnFailure }> {
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      detached: process.platform !== "win32",
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
      shell: false,
    });
  } catch (error) {
    return { ok: false, error: spawnFailure(error, options.command) };
  }
  const exited = new Promise<Exit>((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
  const started = await new Promise<SpawnFailure | null>((resolve) => {
    child.once("spawn", () => resolve(null));
    child.once("error", (error) => resolve(spawnFailure(error, options.command)));
  });
  if (started) return { ok: false, error: started };
  // A dead reader of stdin shows as the child's exit; the pipe's own error says nothing more.
  child.stdin.on("error", () => {});
  child.on("error", () => {});
  return { ok: true, value: ownChild(child, exited) };
}

function ownChild(child: ChildProcessWithoutNullStreams, exited: Promise<Exit>): Child {
  const pid = child.pid ?? 0;
  let running = true;
  child.once("exit", () => (running = false));
  let stopping: Promise<Exit> | null = null;
  return {
    pid,
    identity: identify(pid),
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    isRunning: () => running,
    stop(graceMs = 3000) {
      stopping ??= stopTree(pid, exited, graceMs).finally(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      });
      return stopping;
    },
  };
}

/**
 * Ends a group and the descendants that had left it. `close` alone isn't proof: a grandchild may hold the pipes,
 * and the leader may be gone while its group lives on.
 */
async function stopTree(pid: number, exited: Promise<Exit>, graceMs: number): Promise<Exit> {
  const strays = descendants(pid).map(identify);
  signalGroup(pid, "SIGTERM");
  for (const stray of strays) signalIfSame(stray, "SIGTERM");
  await goneWithin(pid, strays, graceMs);
  signalGroup(pid, "SIGKILL");
  for (const stray of strays) signalIfSame(stray, "SIGKILL");
  await goneWithin(pid, strays, 5000);
  return Promise.race([exited, Promise.resolve({ code: null, signal: "SIGKILL" as const })]);
}

async function goneWithin(pid: number, strays: ProcessIdentity[], ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (!groupAlive(pid) && !strays.some(isSameProcess)) return;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid <= 1) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // ESRCH: nobody of the group is left, which is what was wanted.
  }
}

function signalIfSame(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isSameProcess(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // Gone between the look and the signal.
  }
}

/** Ends what an earlier host left behind: only processes proved to be the recorded ones. Answers whether it was alive. */
export async function reap(identity: ProcessIdentity, graceMs = 2000): Promise<boolean> {
  if (!isSameProcess(identity) || identity.pid === process.pid) return false;
  await stopTree(identity.pid, Promise.resolve({ code: null, signal: null }), graceMs);
  return true;
}

function groupAlive(pid: number): boolean {
  if (pid <= 1) return false;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, 0);
  } catch {
    return false;
  }
  // A group of nothing but zombies answers signal 0; nothing runs in it any more.
  const members = processTable()?.filter((entry) => entry.group === pid);
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

type Stat = { pid: number; parent: number; group: number; state: string; startTicks: string; cpuTicks: number; rssPages: number };

/** Fields of /proc/PID/stat; the command's name, in parentheses, may hold anything, so what follows the last `)` counts. */
function readStat(pid: number): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    state: fields[0] ?? "?",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    startTicks: fields[19] ?? "",
    rssPages: Number(fields[21]),
  };
}

function processTable(): Stat[] | null {
  if (process.platform !== "linux") return null;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat !== null);
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
  if (code === "EACCES" || code === "ENOEXEC") return { type: "not-executable", message: `${command} can't be executed (${code})` };
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
  const timer = setTimeout(() => abandon({ type: "timeout", message: `No end after ${options.timeoutMs} ms` }), options.timeoutMs);
  const onAbort = (): void => abandon({ type: "cancelled", message: "Cancelled" });
  options.signal?.addEventListener("abort", onAbort, { once: true });
  child.stdin.end(options.input ?? "");
  const exit = await child.exited;
  clearTimeout(timer);
  options.signal?.removeEventListener("abort", onAbort);
  if (failure) return { ok: false, error: failure };
  return { ok: true, value: { ...exit, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) } };
}
