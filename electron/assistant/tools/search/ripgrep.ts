import { ok, type Result } from "../../../../shared/result.ts";
import { runToEnd } from "../../../lib/process.ts";
import { fault } from "../fault.ts";
import type { ToolFault } from "../tool.ts";

const timeoutMs = 30_000;
const maxBytes = 16 * 1024 * 1024;

/** Nothing of a configuration file; hidden files too. */
const always = ["--no-config", "--color=never", "--hidden", "--null", "--sort=path", "--max-filesize=8M"];
/** Git's own files are nobody's to read. Of globs the last that fits counts, so it stands behind a model's. */
const never = "--glob=!.git";

/**
 * Runs ripgrep below a folder; what `.gitignore` leaves out is left out, unless a glob names it. `found` is null where nothing was; a wrong
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
  const ended = await runToEnd({ command, args: [...always, ...withNever(args)], cwd, env, timeoutMs, maxBytes, signal });
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

/** Ahead of the pattern and the folders, which stand behind `--`. */
function withNever(args: readonly string[]): string[] {
  const at = args.indexOf("--");
  return at < 0 ? [...args, never] : [...args.slice(0, at), never, ...args.slice(at)];
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
