import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { Writable } from "node:stream";
import { identify, killTree, type ProcessIdentity } from "./process-tree.ts";
import { tagName } from "./process-table.ts";
import { nextTurn } from "./slices.ts";

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

let lastTurn: Promise<void> = Promise.resolve();

/** Starting one holds the loop for milliseconds, until the system has copied this process and begun the other: one each turn. */
function ownTurn(): Promise<void> {
  const turn = lastTurn;
  lastTurn = turn.then(nextTurn);
  return turn;
}

/** Starts a child. Resolves once it runs, or with the reason why it can't. */
export async function startChild(
  options: StartOptions,
): Promise<{ ok: true; value: Child } | { ok: false; error: SpawnFailure }> {
  const cancelled = { type: "cancelled", message: "Stopped before it began" } as const;
  await ownTurn();
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
  const own = new OwnChild({ child, exited, tag: options.tag });
  if (options.signal?.aborted) {
    await own.stop(0);
    return { ok: false, error: cancelled };
  }
  return { ok: true, value: own };
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<Exit> {
  return new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
    // Where the loop stood still for that second, what the child had said is read first, between a timer and an immediate.
    child.once("exit", (code, signal) => setTimeout(() => setImmediate(() => resolve({ code, signal })), 1000).unref());
  });
}

/** From its spawn until `stop` has proved that nothing of its tree is left. */
class OwnChild implements Child {
  readonly identity: ProcessIdentity;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #tag: string | undefined;
  #running = true;
  #stopping: Promise<Exit & { gone: boolean }> | null = null;

  constructor(deps: { child: ChildProcessWithoutNullStreams; exited: Promise<Exit>; tag: string | undefined }) {
    this.#child = deps.child;
    this.#tag = deps.tag;
    this.exited = deps.exited;
    this.identity = identify(deps.child.pid ?? 0);
    deps.child.once("exit", () => (this.#running = false));
  }

  get pid(): number {
    return this.identity.pid;
  }

  get stdin(): Writable {
    return this.#child.stdin;
  }

  get stdout(): NodeJS.ReadableStream {
    return this.#child.stdout;
  }

  get stderr(): NodeJS.ReadableStream {
    return this.#child.stderr;
  }

  isRunning(): boolean {
    return this.#running;
  }

  stop(graceMs = 3000): Promise<Exit & { gone: boolean }> {
    this.#stopping ??= this.#stop(graceMs);
    return this.#stopping;
  }

  async #stop(graceMs: number): Promise<Exit & { gone: boolean }> {
    const gone = await killTree({ leader: this.identity, tag: this.#tag }, graceMs);
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream.destroy();
    const exit = gone ? await this.exited : { code: null, signal: null };
    return { ...exit, gone };
  }
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
  options: StartOptions & {
    input?: Uint8Array | string;
    timeoutMs: number | null;
    maxBytes: number;
    signal?: AbortSignal;
    onOutput?: (chunk: Buffer) => void;
  },
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
    options.onOutput?.(chunk);
    bytes += chunk.length;
    if (bytes > options.maxBytes) abandon({ type: "output-too-large", message: `Over ${options.maxBytes} bytes of output` });
    else stdout.push(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    options.onOutput?.(chunk);
    if (stderr.length < 256) stderr.push(chunk);
  });
  const timer =
    options.timeoutMs === null
      ? undefined
      : setTimeout(() => abandon({ type: "timeout", message: `No end after ${options.timeoutMs} ms` }), options.timeoutMs);
  const onAbort = (): void => abandon({ type: "cancelled", message: "Cancelled" });
  options.signal?.addEventListener("abort", onAbort, { once: true });
  child.stdin.end(options.input ?? "");
  const exit = await child.exited;
  clearTimeout(timer);
  options.signal?.removeEventListener("abort", onAbort);
  if (failure) return { ok: false, error: failure };
  return { ok: true, value: { ...exit, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) } };
}
