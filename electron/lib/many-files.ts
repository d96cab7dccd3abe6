import {
  close,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  type BigIntStats,
  type PathLike,
} from "node:fs";
import nodePath from "node:path";
import { promisify } from "node:util";
import { failure, type Failure } from "../../shared/errors.ts";
import { foldName } from "../../shared/hostile-path.ts";
import { decodePath } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import { errorCode, fileFailure, refuse, type FileFailure } from "./file-failure.ts";
import { atOnce, fill, readAll, type Source } from "./file-parts.ts";
import { FolderMoved, HeldFolders } from "./held-folders.ts";
import { isStill, lookUp, permissionsOf, toLook, type Look } from "./look.ts";
import { refusedPath } from "./path-guard.ts";
import { syncFile, Unsynced } from "./unsynced.ts";
import { flag, withExecute, type FileMode } from "./write-file.ts";
import { nextTurn } from "./slices.ts";

export type Read = { mode: FileMode | "120000"; permissions: number | null; size: number; look: Look };
/** `replaces`: what was seen in its place, where that was looked at; `permissions`: where nothing is there. */
export type NewFile = { mode: FileMode; source: Uint8Array | Source; permissions?: number | null; replaces?: Look };

/** What is whole, under a name of its own beside its place. `kept`: permissions of what it replaces, that it has too. */
export type Staged = { path: string; name: string } & (StagedFile | { fd: null });
type StagedFile = { fd: number; mode: FileMode; kept: number | null; isLarge: boolean };

/** `changed`: somebody else changed what was seen, and it is left. */
export type Replaced = "done" | "changed";

const closeFile = promisify(close);

/** So long the core is kept busy without a pause. */
const sliceMs = 2;
const moved = "a folder on the way was moved or replaced meanwhile";

/**
 * Reads and writes many files below a root and nowhere else, in folders that are held (see held-folders.ts), so that
 * each costs a few system calls. Small ones are read and written at one go, in slices between which the core does other
 * things; large ones part by part. Owns what it opened until `close`.
 */
export class ManyFiles {
  readonly #folders: HeldFolders;
  readonly #staged = new Set<number>();
  readonly #unsynced = new Unsynced();
  /** Paths that may be used: each is used again and again. */
  readonly #accepted = new Set<string>();
  #sliceEnd = 0;

  constructor(root: string) {
    this.#folders = new HeldFolders(root);
  }

  /**
   * Gives the bytes of a file, or of a link its target, to `take`, which is first told how many there will be. Devices,
   * pipes and folders are refused.
   */
  async read(path: string, maxBytes: number, take: (part: Uint8Array, size: number) => void): Promise<Result<Read, FileFailure>> {
    return this.#at<Read, FileFailure>(path, async () => {
      const place = this.#folders.place(path);
      const fd = openUnlessLink(place);
      if (fd === null) {
        const look = toLook(lstatSync(place, { bigint: true }));
        const target = readlinkSync(place, { encoding: "buffer" });
        take(target, target.length);
        return ok({ mode: "120000", permissions: null, size: target.length, look });
      }
      try {
        // Looked at before it is read: what is changed while it is read isn't what was looked at.
        const stat = fstatSync(fd, { bigint: true });
        const look = toLook(stat);
        if (!stat.isFile()) return refuse(path, "it isn't a file");
        const size = Number(stat.size);
        if (size > maxBytes) return failure("TOO_LARGE", `${path} is larger than ${maxBytes} bytes`, { data: { bytes: size } });
        if (!(await readAll(fd, size, take))) return refuse(path, "it is being written to");
        const permissions = Number(stat.mode) & 0o777;
        return ok({ mode: permissions & 0o100 ? "100755" : "100644", permissions, size, look });
      } finally {
        closeSync(fd);
      }
    });
  }

  /**
   * A folder and those in it, where only folders are, which git doesn't know: `put` puts a file in their place. None where
   * anything else is.
   */
  emptyFolders(path: string): string[] {
    try {
      return refusedPath(path) === null && this.#holdsNothing(path) ? this.#foldersAt(path) : [];
    } catch {
      return []; // Not a folder, or one that can't be read.
    }
  }

  /** Writes a whole file beside its place. Permissions of what is there now are kept; a new file has its own. */
  async stage(path: string, name: string, file: NewFile): Promise<Result<Staged, Failure>> {
    const { mode, source } = file;
    return this.#at(path, async () => {
      const place = this.#folders.place(beside(path, name), { create: true });
      const before = file.replaces === undefined ? this.#look(path) : file.replaces;
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | flag("O_NOFOLLOW");
      const kept = before?.permissions ?? null;
      const wanted = kept ?? file.permissions ?? null;
      const permissions = wanted === null ? null : withExecute(wanted, mode);
      // From its first byte on it is as private as what it replaces.
      const fd = anew(place, () => openSync(place, flags, permissions ?? (mode === "100755" ? 0o777 : 0o666)));
      try {
        const written = await fill(fd, source);
        if (!written.ok) return discarded(fd, place, written);
        if (permissions !== null) fchmodSync(fd, permissions);
      } catch (error) {
        return discarded(fd, place, fileFailure(error, path));
      }
      this.#staged.add(fd);
      return ok({ path, name, fd, mode, kept, isLarge: !(source instanceof Uint8Array) || source.length > atOnce });
    });
  }

  async stageLink(path: string, name: string, target: Uint8Array): Promise<Result<Staged, FileFailure>> {
    return this.#at(path, async () => {
      const place = this.#folders.place(beside(path, name), { create: true });
      anew(place, () => symlinkSync(Buffer.from(target), place));
      return Promise.resolve(ok({ path, name, fd: null }));
    });
  }

  /** A large file is on the disk when it resolves: else a file system may write out all of it as it takes its place. */
  async ready(staged: Staged): Promise<Result<null, FileFailure>> {
    return this.#at<null, FileFailure>(staged.path, async () => {
      if (staged.fd !== null && staged.isLarge) await syncFile(staged.fd);
      return ok(null);
    });
  }

  /**
   * Puts a staged file in its place, over what is there if it is still what was `seen`: all of it or nothing. Nothing
   * else is done between this look and the change. It is on the disk once `settle` is done.
   */
  async put(staged: Staged, seen: Look): Promise<Result<Replaced, FileFailure>> {
    const { path, name, fd } = staged;
    return this.#now<Replaced, FileFailure>(path, async () => {
      const place = this.#folders.place(path);
      const temporary = this.#folders.place(beside(path, name));
      const before = seen === null ? this.#lookUpListed(path) : lookUp(place);
      if (seen === null && before?.isDirectory()) {
        if (!this.#holdsNothing(path)) return refuse(path, "a folder with files in it is in the way");
        this.#removeFolders(path);
      } else if (!isStill(before, seen)) return ok("changed");
      keepPermissions(staged, before);
      await released(place, before, () => renameSync(temporary, place));
      this.#folders.touch(path);
      if (fd !== null && this.#staged.delete(fd)) await this.#unsynced.add(fd);
      return ok("done");
    });
  }

  /** Takes away what was staged and isn't put, and the folders that were made for it alone. */
  async discard(staged: Staged): Promise<void> {
    if (staged.fd !== null && this.#staged.delete(staged.fd)) closeSync(staged.fd);
    await this.clear(staged.path, staged.name);
  }

  /** The same of what a core staged that is no more; none may be there. */
  async clear(path: string, name: string): Promise<void> {
    await this.#at<null, FileFailure>(path, () => {
      unlinkSync(this.#folders.place(beside(path, name)));
      return Promise.resolve(ok(null));
    });
    for (const folder of foldersOf(path)) if (!this.#folders.isMade(folder) || !this.#removeEmpty(folder)) return;
  }

  /**
   * Takes a file or a link (never what it points at) away if it is still what was `seen`, and folders that are empty by
   * it. What isn't there is done already. Nothing else is done between this look and the change.
   */
  async remove(path: string, seen: Look): Promise<Result<Replaced, FileFailure>> {
    const removed = await this.#now<Replaced, FileFailure>(path, async () => {
      const place = this.#folders.place(path);
      const before = lookUp(place);
      if (before && !before.isDirectory() && !isStill(before, seen)) return ok("changed");
      await released(place, before, () => unlinkSync(place));
      this.#folders.touch(path);
      return ok("done");
    });
    if (!removed.ok) return removed.error.code === "FILE_NOT_FOUND" ? ok("done") : removed;
    if (removed.value === "done") for (const folder of foldersOf(path)) if (!this.#removeEmpty(folder)) break;
    return removed;
  }

  /** All that was put and removed is on the disk when it resolves, in the folders that were there before. */
  async settle(): Promise<Result<null, FileFailure>> {
    try {
      await this.#unsynced.settle();
      await this.#folders.settle();
      return ok(null);
    } catch (error) {
      return error instanceof FolderMoved ? refuse(error.path, moved) : fileFailure(error, "A folder");
    }
  }

  close(): void {
    for (const fd of this.#staged) closeSync(fd);
    this.#staged.clear();
    this.#unsynced.close();
    this.#folders.close();
  }

  async #at<T, E extends Failure>(path: string, work: () => Promise<Result<T, E>>): Promise<Result<T, E | FileFailure>> {
    await this.#pause();
    return this.#now(path, work);
  }

  /** Without a pause: what was seen right before is still so where nobody else wrote. */
  async #now<T, E extends Failure>(path: string, work: () => Promise<Result<T, E>>): Promise<Result<T, E | FileFailure>> {
    const reason = this.#accepted.has(path) ? null : refusedPath(path);
    if (reason) return refuse(path, reason);
    this.#accepted.add(path);
    try {
      return await work();
    } catch (error) {
      return error instanceof FolderMoved ? refuse(path, moved) : fileFailure(error, path);
    }
  }

  async #pause(): Promise<void> {
    if (performance.now() < this.#sliceEnd) return;
    await nextTurn();
    this.#sliceEnd = performance.now() + sliceMs;
  }

  #look(path: string): Look {
    const stat = lookUp(this.#folders.place(path));
    return stat && toLook(stat);
  }

  /** A disk that folds case may still find a file that was just taken away under another name: its folder doesn't list it. */
  #lookUpListed(path: string): BigIntStats | null {
    const found = lookUp(this.#folders.place(path));
    if (found === null || found.isDirectory()) return found;
    const name = foldName(nodePath.posix.basename(path));
    const names = readdirSync(this.#folders.place(`${nodePath.posix.dirname(path)}/.`), { encoding: "buffer" });
    return names.some((one) => foldName(decodePath(one)) === name) ? found : null;
  }

  #holdsNothing(folder: string): boolean {
    if (!lookUp(this.#folders.place(folder))?.isDirectory()) return false;
    return this.#namesIn(folder).every((inner) => this.#holdsNothing(inner));
  }

  #foldersAt(folder: string): string[] {
    return [folder, ...this.#namesIn(folder).flatMap((inner) => this.#foldersAt(inner))];
  }

  #namesIn(folder: string): string[] {
    return readdirSync(this.#folders.place(folder), { encoding: "buffer" }).map((name) => `${folder}/${decodePath(name)}`);
  }

  /** Takes away a folder that was seen to hold nothing but folders; throws where there is anything else by now. */
  #removeFolders(folder: string): void {
    for (const inner of this.#namesIn(folder)) this.#removeFolders(inner);
    this.#folders.drop(folder);
    rmdirSync(this.#folders.place(folder));
  }

  #removeEmpty(folder: string): boolean {
    try {
      rmdirSync(this.#folders.place(folder));
    } catch {
      return false; // It has others in it, or isn't ours to remove.
    }
    this.#folders.drop(folder);
    this.#folders.touch(folder);
    return true;
  }
}

const readOnly = constants.O_RDONLY | flag("O_NOFOLLOW") | flag("O_NONBLOCK");

/** Null where a link is. */
function openUnlessLink(place: PathLike): number | null {
  // A system that can't refuse to follow one has to be asked before.
  if (flag("O_NOFOLLOW") === 0 && lstatSync(place).isSymbolicLink()) return null;
  try {
    return openSync(place, readOnly);
  } catch (error) {
    if (errorCode(error) === "ELOOP" && lookUp(place)?.isSymbolicLink()) return null;
    throw error;
  }
}

/** Of what is replaced, as they are by now: they may be others than they were as the new file was made. */
function keepPermissions(staged: Staged, before: BigIntStats | null): void {
  const now = before && permissionsOf(before);
  if (staged.fd !== null && now !== null && now !== staged.kept) fchmodSync(staged.fd, withExecute(now, staged.mode));
}

/**
 * A file system may take long to give the room of a large file back. It is held open while another takes its place, so
 * that the room is given back as it is closed, which nobody waits for in this thread. Windows keeps open files in place.
 */
async function released(place: PathLike, before: BigIntStats | null, change: () => void): Promise<void> {
  const isHeld = before?.isFile() && before.size > atOnce && process.platform !== "win32";
  const held = isHeld ? openSync(place, readOnly) : null;
  try {
    change();
  } finally {
    if (held !== null) await closeFile(held);
  }
}

function discarded<E>(fd: number, place: PathLike, failed: { ok: false; error: E }): { ok: false; error: E } {
  closeSync(fd);
  unlinkSync(place);
  return failed;
}

/** A name of the unfinished is ours: what a crash left under it goes. */
function anew<T>(place: PathLike, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  unlinkSync(place);
  return make();
}

function beside(path: string, name: string): string {
  return nodePath.posix.join(nodePath.posix.dirname(path), name);
}

/** The folders on the way to a path, innermost first. */
function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, parts.length - 1 - at).join("/"));
}
