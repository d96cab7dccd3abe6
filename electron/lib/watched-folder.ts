import { statSync, watch, type FSWatcher } from "node:fs";
import path from "node:path";

export type WatchedFolderDeps = {
  folder: string;
  /** The name of what may have changed in it; null where anything may have. */
  onChange: (name: string | null) => void;
  /** The system has no watches left, or lets nobody watch. */
  onError: (error: unknown) => void;
};

/** Where a folder may still change while it is being looked at; what is missed then is seen at its next change. */
const maxRounds = 5;

/**
 * Watches a folder until `dispose`, also when it is taken away and made again, or isn't there yet: a system watches what
 * a path named once, so the folder above that is there is watched as well, for what becomes of the path.
 */
export class WatchedFolder {
  readonly #deps: WatchedFolderDeps;
  #own: FSWatcher | null = null;
  #above: FSWatcher | null = null;
  #seen = "";

  constructor(deps: WatchedFolderDeps) {
    this.#deps = deps;
    this.#begin();
  }

  #begin(): void {
    const { folder } = this.#deps;
    for (let round = 0; round < maxRounds && this.#isOther(); round += 1) {
      this.dispose();
      this.#seen = stateOf(folder);
      if (idOf(folder) !== null)
        this.#own = this.#watch(folder, (event, name) => {
          if (event === "rename") this.#lookAgain();
          this.#deps.onChange(name);
        });
      const { there, next } = nearestAbove(folder);
      this.#above = this.#watch(there, (_, name) => {
        if (name === null || name === next) this.#lookAgain();
      });
    }
  }

  #lookAgain(): void {
    if (!this.#isOther()) return;
    this.#begin();
    this.#deps.onChange(null);
  }

  #isOther(): boolean {
    return stateOf(this.#deps.folder) !== this.#seen;
  }

  #watch(folder: string, listener: (event: string, name: string | null) => void): FSWatcher | null {
    try {
      const watcher = watch(folder, { persistent: false }, listener);
      // Some systems say so when the folder itself is taken away.
      watcher.on("error", (error) => (this.#isOther() ? this.#lookAgain() : this.#deps.onError(error)));
      return watcher;
    } catch (error) {
      this.#deps.onError(error);
      return null;
    }
  }

  dispose(): void {
    this.#own?.close();
    this.#above?.close();
    this.#own = null;
    this.#above = null;
  }
}

/** Which folder is there under this path, and which one above it. */
function stateOf(folder: string): string {
  const { there } = nearestAbove(folder);
  return `${idOf(folder) ?? "none"} ${there} ${idOf(there) ?? "none"}`;
}

/** A number is given again when its folder is gone, so the time of its making counts too. */
function idOf(folder: string): string | null {
  try {
    const stat = statSync(folder, { bigint: true });
    return stat.isDirectory() ? `${stat.dev}:${stat.ino}:${stat.birthtimeNs}` : null;
  } catch {
    return null; // Not there, or not for us.
  }
}

/** The nearest folder above that is there, and the name in it on the way to `folder`. */
function nearestAbove(folder: string): { there: string; next: string } {
  let there = path.dirname(folder);
  let next = path.basename(folder);
  while (idOf(there) === null && path.dirname(there) !== there) {
    next = path.basename(there);
    there = path.dirname(there);
  }
  return { there, next };
}
