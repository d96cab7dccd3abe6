import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Clock } from "./clock.ts";
import { linkHops } from "./link-hops.ts";
import { WatchedFolder } from "./watched-folder.ts";

/** An editor empties a file, writes it and renames it in a moment: one look at what came of it is enough. */
const settleMs = 50;

type WatchedFile = { listener: () => void; hops: { folder: string; name: string }[] };

/**
 * Tells when files of one folder may have changed. It watches folders, because an editor that saves by renaming replaces
 * the file; where a file is a link, those that it leads through as well. Whoever listens compares what is in the file:
 * the same content may be told again. Until `dispose`.
 */
export class ConfigFolder {
  readonly #deps: { folder: string; clock: Clock; onError: (error: unknown) => void };
  readonly #files = new Map<string, WatchedFile>();
  readonly #folders = new Map<string, WatchedFolder>();
  readonly #pending = new Map<string, () => void>();

  constructor(deps: { folder: string; clock: Clock; onError: (error: unknown) => void }) {
    this.#deps = deps;
    try {
      mkdirSync(deps.folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      // What can't be made can still be made by the person, and is watched for.
      deps.onError(error);
    }
  }

  on(name: string, listener: () => void): void {
    this.#files.set(name, { listener, hops: [] });
    this.#aim();
  }

  /** Watches the folders that the files lead through now, and no others. */
  #aim(): void {
    for (const [name, file] of this.#files)
      file.hops = linkHops(path.join(this.#deps.folder, name)).map((hop) => ({
        folder: path.dirname(hop),
        name: path.basename(hop),
      }));
    const wanted = new Set([...this.#files.values()].flatMap(({ hops }) => hops.map(({ folder }) => folder)));
    for (const [folder, watched] of this.#folders) {
      if (wanted.has(folder)) continue;
      watched.dispose();
      this.#folders.delete(folder);
    }
    for (const folder of wanted) if (!this.#folders.has(folder)) this.#folders.set(folder, this.#watch(folder));
  }

  #watch(folder: string): WatchedFolder {
    return new WatchedFolder({ folder, onChange: (name) => this.#noticed(folder, name), onError: this.#deps.onError });
  }

  /** A system that doesn't say which file is asked about all. */
  #noticed(folder: string, changed: string | null): void {
    for (const [name, { hops }] of this.#files) {
      if (!hops.some((hop) => hop.folder === folder && (changed === null || hop.name === changed))) continue;
      this.#pending.get(name)?.();
      this.#pending.set(
        name,
        this.#deps.clock.after(settleMs, () => this.#tell(name)),
      );
    }
  }

  #tell(name: string): void {
    // It may be a link now that was none, or lead elsewhere.
    this.#aim();
    this.#files.get(name)?.listener();
  }

  dispose(): void {
    for (const watched of this.#folders.values()) watched.dispose();
    for (const forget of this.#pending.values()) forget();
  }
}
