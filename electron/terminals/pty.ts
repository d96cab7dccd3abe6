import { statSync } from "node:fs";
import os from "node:os";
import { spawn, type IPty } from "@lydell/node-pty";
import { fail, ok, type Result } from "../../shared/result.ts";
import { findProgram } from "../lib/find-program.ts";
import { identify, killProcessTree, type ProcessIdentity } from "../lib/process-tree.ts";
import { tagName } from "../lib/process-table.ts";

/**
 * The one door to pseudoterminals. Each program leads a session and a process group of its own and belongs to whoever
 * opened it until `stop` has proved that it and what descends from it are gone.
 */
export type PtyExit = { code: number | null; signal: string | null };

export type PtyFailure = { type: "no-folder" | "not-found" | "spawn-failed"; message: string };

export type PtyOptions = {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  cols: number;
  rows: number;
  /** Stands in the environment of all it starts: what left the group and lost its parent ends with it too (Linux). */
  tag?: string;
};

export type Pty = {
  readonly identity: ProcessIdentity;
  readonly exited: Promise<PtyExit>;
  onData(listener: (data: string) => void): void;
  write(data: string): void;
  resize(cols: number, rows: number): void;
  /** Stops and goes on reading, which holds the program once the system's buffer is full. */
  pause(): void;
  resume(): void;
  /**
   * Hangs up as a closing terminal does; KILL after a grace. Resolves when the program and its descendants are gone.
   * After the program's own end it ends what carries its tag.
   */
  stop(): Promise<PtyExit>;
};

const graceMs = 1500;
const killedMs = 5000;

/** The system reports a bad folder or program only inside the child, as an exit; so they are looked at before. */
export function openPty(options: PtyOptions): Result<Pty, PtyFailure> {
  if (!statSync(options.cwd, { throwIfNoEntry: false })?.isDirectory()) {
    return fail({ type: "no-folder", message: `The folder ${options.cwd} is not there` });
  }
  const file = locate(options);
  if (file === null) return fail({ type: "not-found", message: `${options.command} was not found, or can't be executed` });
  try {
    const child = spawn(file, [...options.args], {
      name: "xterm-256color",
      cwd: options.cwd,
      env: options.tag === undefined ? options.env : { ...options.env, [tagName]: options.tag },
      cols: options.cols,
      rows: options.rows,
    });
    return ok(new OwnPty({ child, tag: options.tag ?? "" }));
  } catch (error) {
    return fail({ type: "spawn-failed", message: error instanceof Error ? error.message : String(error) });
  }
}

class OwnPty implements Pty {
  readonly identity: ProcessIdentity;
  readonly exited: Promise<PtyExit>;
  readonly #child: IPty;
  readonly #tag: string;
  #running = true;
  #stopping: Promise<PtyExit> | null = null;

  constructor({ child, tag }: { child: IPty; tag: string }) {
    this.#child = child;
    this.#tag = tag;
    this.identity = identify(child.pid);
    this.exited = new Promise((resolve) => {
      child.onExit(({ exitCode, signal }) => {
        this.#running = false;
        resolve(signal ? { code: null, signal: signalName(signal) } : { code: exitCode, signal: null });
      });
    });
  }

  onData(listener: (data: string) => void): void {
    this.#child.onData(listener);
  }

  write(data: string): void {
    if (this.#running) this.#child.write(data);
  }

  resize(cols: number, rows: number): void {
    if (this.#running) this.#child.resize(cols, rows);
  }

  pause(): void {
    this.#child.pause();
  }

  resume(): void {
    this.#child.resume();
  }

  stop(): Promise<PtyExit> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<PtyExit> {
    // It notes the descendants before anything is signalled. Interactive shells ignore its TERM, not a hang-up.
    const killed = killProcessTree({ ...this.identity, tag: this.#tag }, graceMs);
    if (!this.#running) {
      await killed;
      return this.exited;
    }
    this.#child.resume();
    hangUp(this.#child);
    const { found: proved } = await killed;
    if (!proved && (await Promise.race([this.exited, after(graceMs)])) === null) kill(this.#child);
    return (await Promise.race([this.exited, after(killedMs)])) ?? { code: null, signal: "SIGKILL" };
  }
}

function hangUp(child: IPty): void {
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGHUP");
  } catch {
    // Gone already, which is what was wanted.
  }
}

function kill(child: IPty): void {
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // Gone between the look and the signal.
  }
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms).unref());
}

/** As execvp would find it with the child's own PATH and folder. Windows looks for itself. */
function locate({ command, cwd, env }: PtyOptions): string | null {
  if (process.platform === "win32") return command;
  return findProgram(command, { PATH: "/usr/local/bin:/usr/bin:/bin", ...env }, cwd).path;
}

function signalName(number: number): string {
  return Object.entries(os.constants.signals).find(([, value]) => value === number)?.[0] ?? `SIG${number}`;
}
