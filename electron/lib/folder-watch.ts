import { lstatSync, watch, type FSWatcher } from "node:fs";
import nodePath from "node:path";
import { decodePath, encodePath } from "../../shared/path-text.ts";
import { nextTurn } from "./slices.ts";

/** Where the system watches whole trees by one handle; on Linux each folder takes one of a bounded number of watches. */
const watchesTrees = process.platform === "darwin" || process.platform === "win32";
/** Folders that are begun with in one go, before others get their turn. */
const atOnce = 64;

export type FolderWatchDeps = {
  root: string;
  /** Something may have changed at this path, which is relative to the root; null where the system doesn't say. */
  onEvent(path: string | null): void;
  /** The system refuses: it has no watches left, or can't watch this disk. Nothing is watched any more. */
  onFailed(error: unknown): void;
  /** So many folders, and no more: a further one is a failure. */
  maxFolders: number;
};

/**
 * Watches folders of one root, each for what happens right in it; links aren't followed. Owns the system's watches until
 * `dispose`, or until it fails.
 */
export class FolderWatch {
  readonly #deps: FolderWatchDeps;
  readonly #watchers = new Map<string, FSWatcher>();
  #ended = false;

  constructor(deps: FolderWatchDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#watchers.size;
  }

  has(folder: string): boolean {
    return watchesTrees || this.#watchers.has(folder);
  }

  /** The root is ".". Returns whether any of them is watched only from now on. */
  async add(folders: Iterable<string>): Promise<boolean> {
    const missing = [...folders].filter((folder) => !this.#watchers.has(folder) && (!watchesTrees || folder === "."));
    let added = false;
    for (const [at, folder] of missing.entries()) {
      if (at > 0 && at % atOnce === 0) await nextTurn();
      if (this.#ended) return added;
      added = this.#addOne(folder) || added;
    }
    return added;
  }

  /** A folder that is gone, or another one by now, with all that are below it. */
  forget(folder: string): void {
    if (!this.#watchers.has(folder) || folder === ".") return;
    for (const [known, watcher] of this.#watchers)
      if (known === folder || known.startsWith(`${folder}/`)) {
        watcher.close();
        this.#watchers.delete(known);
      }
  }

  /** Lets go of all that aren't among these. */
  keepOnly(folders: ReadonlySet<string>): void {
    for (const [known, watcher] of this.#watchers)
      if (known !== "." && !folders.has(known)) {
        watcher.close();
        this.#watchers.delete(known);
      }
  }

  dispose(): void {
    this.#ended = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #addOne(folder: string): boolean {
    const place = Buffer.concat([Buffer.from(this.#deps.root + nodePath.sep), encodePath(folder)]);
    try {
      if (!lstatSync(place).isDirectory()) return false;
      if (this.#watchers.size >= this.#deps.maxFolders) throw new Error(`More than ${this.#deps.maxFolders} folders`);
      const options = { persistent: false, recursive: watchesTrees, encoding: "buffer" } as const;
      const watcher = watch(place, options, (_, name) => this.#noticed(folder, name));
      watcher.on("error", (error) => this.#lost(folder, error));
      this.#watchers.set(folder, watcher);
      return true;
    } catch (error) {
      // It went meanwhile, which the folder above tells of.
      if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") this.#fail(error);
      return false;
    }
  }

  #noticed(folder: string, name: Buffer | null): void {
    if (this.#ended) return;
    const inside = name === null ? null : decodePath(name).split(nodePath.sep).join("/");
    this.#deps.onEvent(inside === null ? null : folder === "." ? inside : `${folder}/${inside}`);
  }

  /** Windows tells of a watched folder that is deleted by an error. */
  #lost(folder: string, error: unknown): void {
    if (folder === ".") return this.#fail(error);
    this.forget(folder);
    this.#deps.onEvent(folder);
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.dispose();
    this.#deps.onFailed(error);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
