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

/** One core writes into a folder at a time; each line is on disk when the call returns. */
export class FileLog implements Log {
  readonly #file: string;
  #bytes: number;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#file = path.join(dir, "hearth.log");
    this.#bytes = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  info(event: string, fields: Record<string, unknown> = {}): void {
    this.#write("info", event, fields);
  }

  warn(event: string, fields: Record<string, unknown> = {}): void {
    this.#write("warn", event, fields);
  }

  error(event: string, error: unknown, fields: Record<string, unknown> = {}): void {
    this.#write("error", event, { ...fields, ...describe(error) });
  }

  #write(level: string, event: string, fields: Record<string, unknown>): void {
    const line = `${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`;
    try {
      if (this.#bytes + line.length > maxBytes) {
        renameSync(this.#file, `${this.#file}.1`);
        this.#bytes = 0;
      }
      appendFileSync(this.#file, line, { mode: 0o600 });
      this.#bytes += line.length;
    } catch {
      // A full or read-only disk must not take the core down; what matters is told by other means.
    }
  }
}

function describe(error: unknown): Record<string, unknown> {
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return { message: String(error) };
}

/** Keeps nothing. For tests and for reading commands. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
