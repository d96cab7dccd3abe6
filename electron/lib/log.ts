import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import path from "node:path";

/**
 * The core's log file: one JSON object a line, at most 5 MB and one older file.
 * Nothing of a prompt, a reply or a credential is logged; callers pass codes, ids and error messages.
 */
export interface Log {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, error: unknown, fields?: Record<string, unknown>): void;
}

const maxBytes = 5 * 1024 * 1024;

export function openLog(dir: string): Log {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = path.join(dir, "hearth.log");
  let bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  function write(level: string, event: string, fields: Record<string, unknown>): void {
    const line = `${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`;
    try {
      if (bytes + line.length > maxBytes) {
        renameSync(file, `${file}.1`);
        bytes = 0;
      }
      appendFileSync(file, line, { mode: 0o600 });
      bytes += line.length;
    } catch {
      // A full or read-only disk must not take the core down; what matters is told by other means.
    }
  }
  return {
    info: (event, fields = {}) => write("info", event, fields),
    warn: (event, fields = {}) => write("warn", event, fields),
    error: (event, error, fields = {}) => write("error", event, { ...fields, ...describe(error) }),
  };
}

function describe(error: unknown): Record<string, unknown> {
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return { message: String(error) };
}

/** Keeps nothing. For tests and for reading commands. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
