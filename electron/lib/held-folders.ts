import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  type PathLike,
  type Stats,
} from "node:fs";
import nodePath from "node:path";
import { encodePath } from "../../shared/path-text.ts";
import { errorCode } from "./file-failure.ts";

/** `fd` is null where the folder isn't held open: others took its place, or the system can't. It is entered anew each time. */
type Held = { path: string; fd: number | null; dev: number; ino: number; changed: boolean; made: boolean };

/** Linux's openat for Node; elsewhere a step is looked at before it is taken, which leaves the moment between the two. */
const descriptors = process.platform === "linux" && existsSync("/proc/self/fd");

/** So many are open at once. */
const maxOpen = 128;

/** A folder on the way isn't the one that was there before. */
export class FolderMoved extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} was moved or replaced meanwhile`);
    this.path = path;
  }
}

/**
 * The folders below a root that many files are read and written in, each opened once, from the root down and without
 * following links. What is done in one is done in the very folder that was opened, also where something else took its
 * place meanwhile, and never through a link. Before all counts as written `settle` looks each up anew: one that was
 * moved or replaced is told. Calls throw the system's errors. Owns its descriptors until `close`.
 */
export class HeldFolders {
  readonly #root: string;
  /** By path, the least recently used first. */
  readonly #held = new Map<string, Held>();
  #open = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Where the system finds the last step of a path. */
  place(path: string, { create = false }: { create?: boolean } = {}): PathLike {
    return at(this.#folder(nodePath.posix.dirname(path), create), this.#root, nodePath.posix.basename(path));
  }

  /** The folder of this path was written in. */
  touch(path: string): void {
    const held = this.#held.get(nodePath.posix.dirname(path));
    if (held) held.changed = true;
  }

  /** Whether the folder wasn't there before. */
  isMade(path: string): boolean {
    return this.#held.get(path)?.made ?? false;
  }

  /** The folder is gone, by who asks. */
  drop(path: string): void {
    for (const held of this.#held.values()) if (held.path === path || held.path.startsWith(`${path}/`)) this.#forget(held);
  }

  /** What was written in the folders is on the disk when it resolves, and every one is still the folder at its path. */
  async settle(): Promise<void> {
    for (const held of [...this.#held.values()].filter(({ changed }) => changed)) {
      const now = this.#walk(held.path);
      try {
        if (now.dev !== held.dev || now.ino !== held.ino) throw new FolderMoved(held.path);
        if (now.fd !== null) await synced(now.fd);
      } finally {
        if (now.fd !== null) closeSync(now.fd);
      }
      held.changed = false;
    }
  }

  close(): void {
    for (const held of this.#held.values()) this.#forget(held);
  }

  #folder(path: string, create: boolean): Held {
    const known = this.#held.get(path);
    if (known && known.fd !== null) {
      this.#held.delete(path);
      this.#held.set(path, known);
      return known;
    }
    const opened = this.#enter(path, create);
    if (known && (known.dev !== opened.dev || known.ino !== opened.ino)) {
      if (opened.fd !== null) closeSync(opened.fd);
      throw new FolderMoved(path);
    }
    const held = { ...opened, changed: known?.changed ?? false, made: opened.made || (known?.made ?? false) };
    this.#held.delete(path);
    this.#held.set(path, held);
    if (held.fd !== null) this.#open += 1;
    this.#makeRoom(path);
    return held;
  }

  #enter(path: string, create: boolean): Held {
    if (path === ".") return openFolder(realpathSync(this.#root, { encoding: "buffer" }), path);
    const outer = this.#folder(nodePath.posix.dirname(path), create);
    const place = at(outer, this.#root, nodePath.posix.basename(path));
    try {
      return openFolder(place, path);
    } catch (error) {
      if (!create || errorCode(error) !== "ENOENT") throw error;
    }
    try {
      mkdirSync(place);
      outer.changed = true;
    } catch (error) {
      // Somebody else may have made it since: what it is by now is judged as it is opened.
      if (errorCode(error) !== "EEXIST") throw error;
    }
    return { ...openFolder(place, path), made: true };
  }

  /** From the root down, whatever is held. */
  #walk(path: string): Held {
    let folder = openFolder(realpathSync(this.#root, { encoding: "buffer" }), ".");
    if (path === ".") return folder;
    let walked = "";
    for (const name of path.split("/")) {
      const outer = folder;
      walked = walked === "" ? name : `${walked}/${name}`;
      try {
        folder = openFolder(at(outer, this.#root, name), walked);
      } catch (error) {
        throw ["ENOENT", "ELOOP", "ENOTDIR"].includes(errorCode(error)) ? new FolderMoved(walked) : error;
      } finally {
        if (outer.fd !== null) closeSync(outer.fd);
      }
    }
    return folder;
  }

  #makeRoom(but: string): void {
    for (const held of this.#held.values()) {
      if (this.#open <= maxOpen) return;
      if (held.path === but || held.fd === null) continue;
      closeSync(held.fd);
      held.fd = null;
      this.#open -= 1;
    }
  }

  #forget(held: Held): void {
    if (held.fd !== null) {
      closeSync(held.fd);
      this.#open -= 1;
    }
    this.#held.delete(held.path);
  }
}

/** The place of a name in a folder that is held. */
function at(folder: Held, root: string, name: string): PathLike {
  if (folder.fd !== null) return asPlace(`/proc/self/fd/${folder.fd}/${name}`);
  const inside = folder.path === "." ? name : `${folder.path}/${name}`;
  return asPlace(nodePath.sep === "/" ? `${root}/${inside}` : nodePath.join(root, inside));
}

/** Text is what the system takes fastest, and most names are text. */
function asPlace(path: string): PathLike {
  return path.isWellFormed() ? path : Buffer.from(encodePath(path));
}

function openFolder(place: PathLike, path: string): Held {
  if (!descriptors) return lookedAt(lstatSync(place), path);
  const fd = openSync(place, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0));
  const { dev, ino } = fstatSync(fd);
  return { path, fd, dev, ino, changed: false, made: false };
}

function lookedAt(stat: Stats, path: string): Held {
  if (!stat.isDirectory()) throw Object.assign(new Error("Not a folder"), { code: "ENOTDIR" });
  return { path, fd: null, dev: stat.dev, ino: stat.ino, changed: false, made: false };
}

/** Windows can't sync a folder, and macOS's rename is ordered by its journal: there none is open. */
function synced(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(fd, (error) => (error ? reject(error) : resolve())));
}
