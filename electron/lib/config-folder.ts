import { mkdirSync, watch, type FSWatcher } from "node:fs";
import type { Clock } from "./clock.ts";

/** An editor empties a file, writes it and renames it in a moment: one look at what came of it is enough. */
const settleMs = 50;

/**
 * Tells when files of one folder may have changed. It watches the folder, because an editor that saves by renaming
 * replaces the file. Whoever listens compares what is in the file: the same content may be told again. Until `dispose`.
 */
export class ConfigFolder {
  readonly #clock: Clock;
  readonly #listeners = new Map<string, () => void>();
  readonly #pending = new Map<string, () => void>();
  #watcher: FSWatcher | null = null;

  constructor(deps: { folder: string; clock: Clock; onError: (error: unknown) => void }) {
    this.#clock = deps.clock;
    try {
      mkdirSync(deps.folder, { recursive: true, mode: 0o700 });
      this.#watcher = watch(deps.folder, { persistent: false }, (_, name) => this.#noticed(name));
      this.#watcher.on("error", deps.onError);
    } catch (error) {
      // The system has no watches left, or the folder can't be made: files are read at the start alone, and the log says so.
      deps.onError(error);
    }
  }

  on(name: string, listener: () => void): void {
    this.#listeners.set(name, listener);
  }

  /** A system that doesn't say which file is asked about all. */
  #noticed(name: string | null): void {
    for (const [watched, listener] of this.#listeners) {
      if (name !== null && name !== watched) continue;
      this.#pending.get(watched)?.();
      this.#pending.set(watched, this.#clock.after(settleMs, listener));
    }
  }

  dispose(): void {
    this.#watcher?.close();
    for (const forget of this.#pending.values()) forget();
  }
}
