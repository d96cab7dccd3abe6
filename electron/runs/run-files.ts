import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { toolSnapshot, type ToolSnapshot } from "../../shared/run-event.ts";
import type { Log } from "../lib/log.ts";

const runningEnd = ".running.json";

/**
 * What of a run's tool calls is too long or too fleeting for its log: a folder for each run below `outputs/` in the data
 * folder. Whole outputs, inputs and diffs stay as long as that; of a running call there is one file with its latest
 * snapshot, replaced in place, until the call's end is in the log. A disk without room costs the file, not the run.
 */
export class RunFiles {
  readonly #folder: string;
  readonly #log: Log;

  constructor({ dataDir, log }: { dataDir: string; log: Log }) {
    this.#folder = path.join(dataDir, "outputs");
    this.#log = log;
  }

  ofRun(runId: string): CallFiles {
    return new CallFiles(path.join(this.#folder, runId), (error) => this.#log.error("run.file", error, { runId }));
  }
}

/** The files of one run's calls. Knows what it has written, so that a growing text is appended to. */
export class CallFiles {
  readonly #folder: string;
  readonly #onError: (error: unknown) => void;
  readonly #written = new Map<string, string>();
  #made = false;

  constructor(folder: string, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#onError = onError;
  }

  /** Makes the file's content `text`, and returns its path; null where it can't be written. */
  keep(callId: string, name: string, text: string): string | null {
    const file = this.#fileOf(callId, name);
    const before = this.#written.get(file);
    if (before === text) return file;
    return this.#attempt(() => {
      const grows = before !== undefined && text.startsWith(before);
      if (grows) appendFileSync(file, text.slice(before.length));
      else writeFileSync(file, text, { mode: 0o600 });
      this.#written.set(file, text);
      return file;
    });
  }

  saveRunning(call: ToolSnapshot): void {
    this.#attempt(() => {
      const file = this.#fileOf(call.id, runningEnd);
      writeFileSync(`${file}.new`, JSON.stringify(call), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    });
  }

  /** The call has ended: its latest snapshot is of no more use, and what it wrote won't grow. */
  end(callId: string): void {
    for (const file of this.#written.keys()) if (file.startsWith(this.#fileOf(callId, ""))) this.#written.delete(file);
    if (this.#made) rmSync(this.#fileOf(callId, runningEnd), { force: true });
  }

  /** What calls were when they were last heard of, for a run that nobody carries on. */
  takeRunning(): ToolSnapshot[] {
    const names = this.#names().filter((name) => name.endsWith(runningEnd));
    return names.flatMap((name) => {
      const file = path.join(this.#folder, name);
      try {
        const call = toolSnapshot.safeParse(JSON.parse(readFileSync(file, "utf8")));
        rmSync(file, { force: true });
        return call.success ? [call.data] : [];
      } catch (error) {
        this.#onError(error);
        return [];
      }
    });
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder);
    } catch {
      // Most runs have no folder.
      return [];
    }
  }

  /** Agents choose call ids; only harmless characters of them become part of a file's name. */
  #fileOf(callId: string, end: string): string {
    const plain = callId.replaceAll(/[^A-Za-z0-9_-]/g, "").slice(0, 80);
    const told = plain === callId ? plain : `${plain}-${createHash("sha256").update(callId).digest("hex").slice(0, 8)}`;
    return path.join(this.#folder, `${told}${end}`);
  }

  #attempt<T>(work: () => T): T | null {
    try {
      if (!this.#made) mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#made = true;
      return work();
    } catch (error) {
      this.#onError(error);
      return null;
    }
  }
}
