import { ok, type Result } from "../../../../shared/result.ts";
import { runToEnd } from "../../../lib/process.ts";
import { fault } from "../fault.ts";
import type { ToolFault } from "../tool.ts";

const timeoutMs = 30_000;
const maxBytes = 16 * 1024 * 1024;

/** Nothing of a configuration file; hidden files too, but never git's own. */
const always = ["--no-config", "--color=never", "--hidden", "--glob=!.git", "--null", "--sort=path", "--max-filesize=8M"];

/**
 * Runs ripgrep below a folder; what `.gitignore` leaves out is left out. `found` is null where nothing was; a wrong
 * pattern is told in ripgrep's own words.
 */
export async function ripgrep(
  cwd: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Result<{ found: Buffer } | { wrong: string }, ToolFault>> {
  const command = await program();
  if (command === null) return fault("EXECUTION_FAILED", "There is no ripgrep for this system.");
  const env = { PATH: process.env["PATH"] ?? "" };
  const ended = await runToEnd({ command, args: [...always, ...args], cwd, env, timeoutMs, maxBytes, signal });
  if (!ended.ok) {
    const { type, message } = ended.error;
    if (type === "cancelled") return fault("CANCELLED", "Stopped");
    if (type === "timeout") return fault("TIMED_OUT", "The search took too long. Search in a folder, or for less.");
    if (type === "output-too-large") return fault("EXECUTION_FAILED", "Far too much was found. Search in a folder, or for less.");
    return fault("EXECUTION_FAILED", message);
  }
  const { code, stdout, stderr } = ended.value;
  // 2 is also what it ends with when one of many files couldn't be read.
  if (code === 2 && stdout.length === 0) return ok({ wrong: stderr.toString("utf8").trim().slice(0, 500) });
  return ok({ found: stdout });
}

/** Packed into the app, a program can't be started: it lies beside. */
async function program(): Promise<string | null> {
  try {
    const { rgPath } = await import("@vscode/ripgrep");
    return rgPath.replace(/\bapp\.asar\b/, "app.asar.unpacked");
  } catch {
    return null; // It says so by throwing where there is none for the system.
  }
}
