import { randomBytes } from "node:crypto";
import { constants, existsSync, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readlink, realpath, rename, rmdir, unlink } from "node:fs/promises";
import nodePath from "node:path";
import { failure } from "../../shared/errors.ts";
import { decodePath, encodePath } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import { errorCode, fileFailure, refuse, type FileFailure } from "./file-failure.ts";
import { refusedPath } from "./path-guard.ts";
import { relativeInside as spelledInside } from "./inside.ts";
import { realFolder } from "./real-folder.ts";

/**
 * Reads and writes below a root and nowhere else. Every folder on the way is opened without following links, and the
 * last step is taken relative to the open folder (`/proc/self/fd`, Linux's openat for Node), so that a folder swapped
 * for a link meanwhile leads nowhere. Elsewhere each step is looked at before it is taken, which leaves the moment
 * between the two. Paths are relative, separated by `/`, as `shared/path-text.ts` makes them.
 *
 * For one file; many files at once are `many-files.ts`'s.
 */

/** Git's modes of what can be written; a link's bytes are its target. */
export type FileMode = "100644" | "100755";

/** Names of unfinished writes; a crash may leave one behind, and snapshots leave them out. */
export const temporaryPrefix = ".hearth-tmp-";

const descriptors = process.platform === "linux" && existsSync("/proc/self/fd");

type Folder = { at(name: string): Buffer; sync(): Promise<void>; close(): Promise<void> };

/** Writes a whole file: all of it or nothing. Without `mode` an existing file keeps its own; other permissions are kept always. */
export function writeFileInside(
  root: string,
  path: string,
  file: { bytes: Uint8Array; mode?: FileMode },
): Promise<Result<null, FileFailure>> {
  return inFolderOf(root, path, true, async (folder, name) => {
    const target = folder.at(name);
    const before = await look(target);
    if (before?.isDirectory()) await rmdir(target);
    const permissions = before?.isFile() ? withExecute(before.mode & 0o777, file.mode) : null;
    const temporary = folder.at(temporaryPrefix + randomBytes(8).toString("hex"));
    await discardOnError(temporary, async () => {
      await writeNew(temporary, file.bytes, file.mode === "100755" ? 0o777 : 0o666, permissions);
      await rename(temporary, target);
    });
    await folder.sync();
    return ok(null);
  });
}

/** A file's bytes, or a link's target, with git's mode. Devices, pipes and folders are refused. */
export function readInside(
  root: string,
  path: string,
  maxBytes: number,
): Promise<Result<{ bytes: Buffer; mode: FileMode | "120000" }, FileFailure>> {
  return inFolderOf<{ bytes: Buffer; mode: FileMode | "120000" }>(root, path, false, async (folder, name) => {
    const target = folder.at(name);
    if ((await lstat(target)).isSymbolicLink())
      return ok({ bytes: await readlink(target, { encoding: "buffer" }), mode: "120000" });
    return withRegular(target, path, async (handle, stat) => {
      if (stat.size > maxBytes)
        return failure("TOO_LARGE", `${path} is larger than ${maxBytes} bytes`, { data: { bytes: stat.size } });
      return ok({ bytes: await handle.readFile(), mode: stat.mode & 0o100 ? "100755" : "100644" });
    });
  });
}

/** The first `bytes` of a file, whatever its size; a link has none. */
export function readStartInside(root: string, path: string, bytes: number): Promise<Result<Buffer, FileFailure>> {
  return inFolderOf(root, path, false, (folder, name) =>
    withRegular(folder.at(name), path, async (handle) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      return ok(buffer.subarray(0, bytesRead));
    }),
  );
}

/** The last `bytes` of a file, likewise. */
export function readEndInside(root: string, path: string, bytes: number): Promise<Result<Buffer, FileFailure>> {
  return inFolderOf(root, path, false, (folder, name) =>
    withRegular(folder.at(name), path, async (handle, { size }) => {
      const length = Math.min(size, bytes);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return ok(buffer.subarray(0, bytesRead));
    }),
  );
}

/** What was opened is what is looked at, and a pipe in its place holds nobody up. */
async function withRegular<T>(
  target: Buffer,
  path: string,
  read: (handle: FileHandle, stat: Stats) => Promise<Result<T, FileFailure>>,
): Promise<Result<T, FileFailure>> {
  const handle = await open(target, constants.O_RDONLY | flag("O_NOFOLLOW") | flag("O_NONBLOCK"));
  try {
    const stat = await handle.stat();
    return stat.isFile() ? await read(handle, stat) : refuse(path, "it isn't a file");
  } finally {
    await handle.close();
  }
}

/**
 * The place that `path` names once links are followed, relative to the root's real path; refused where that is
 * outside, in git's own folder, or behind a link to nothing. What doesn't exist yet is judged by its folder.
 */
export async function resolveInside(root: string, path: string): Promise<Result<{ path: string; exists: boolean }, FileFailure>> {
  const reason = refusedPath(path);
  if (reason) return refuse(path, reason);
  try {
    const base = await realpath(root);
    const { real, exists } = await deepestReal(base, path.split("/"));
    const inside = nodePath.relative(base, real).split(nodePath.sep).join("/");
    return refusedPath(inside) ? refuse(path, "it is behind a link") : ok({ path: inside, exists });
  } catch (error) {
    return fileFailure(error, path);
  }
}

async function deepestReal(base: string, segments: string[]): Promise<{ real: string; exists: boolean }> {
  for (let length = segments.length; length > 0; length -= 1) {
    const tried = Buffer.from(encodePath([base, ...segments.slice(0, length)].join("/")));
    if (!(await look(tried))) continue;
    const real = decodePath(await realpath(tried, { encoding: "buffer" }));
    return { real: [real, ...segments.slice(length)].join("/"), exists: length === segments.length };
  }
  return { real: [base, ...segments].join("/"), exists: false };
}

/** An absolute path as one relative to the root, whether it was spelled with the root's own name or its real one; null outside. */
export async function reallyInside(root: string, absolute: string): Promise<string | null> {
  const named = nodePath.resolve(root);
  // A root that is gone has that name alone, and reading in it says that it is gone.
  for (const base of new Set([named, realFolder(root) ?? named])) {
    const relative = spelledInside(base, absolute);
    if (relative !== null && relative !== ".") return relative;
  }
  return null;
}

/** Whether a link at `path` with this target would lead out of the root, or into git's own folder, by its text. */
export function leadsOutside(path: string, target: string): boolean {
  if (target.startsWith("/") || target.startsWith("\\") || /^[a-z]:/i.test(target)) return true;
  const reached = nodePath.posix
    .normalize(nodePath.posix.join(nodePath.posix.dirname(path), target.replaceAll("\\", "/")))
    .replace(/\/$/, "");
  return reached !== "." && refusedPath(reached) !== null;
}

async function inFolderOf<T>(
  root: string,
  path: string,
  create: boolean,
  work: (folder: Folder, name: string) => Promise<Result<T, FileFailure>>,
): Promise<Result<T, FileFailure>> {
  const reason = refusedPath(path);
  if (reason) return refuse(path, reason);
  const segments = path.split("/");
  const name = segments.pop() ?? "";
  let folder: Folder | null = null;
  try {
    folder = await openFolder(Buffer.from(await realpath(root, { encoding: "buffer" })));
    for (const segment of segments) {
      const outer: Folder = folder;
      try {
        folder = await enterFolder(outer, segment, create);
      } finally {
        await outer.close();
      }
    }
    return await work(folder, name);
  } catch (error) {
    return fileFailure(error, path);
  } finally {
    await folder?.close();
  }
}

async function enterFolder(outer: Folder, name: string, create: boolean): Promise<Folder> {
  const place = outer.at(name);
  try {
    return await openFolder(place);
  } catch (error) {
    if (!create || errorCode(error) !== "ENOENT") throw error;
  }
  // Somebody else may have made it since: what it is by now is judged as it is opened.
  await mkdir(place).catch((error: unknown) => {
    if (errorCode(error) !== "EEXIST") throw error;
  });
  await outer.sync();
  return openFolder(place);
}

async function openFolder(place: Buffer): Promise<Folder> {
  if (!descriptors) return lookedAtFolder(place);
  const handle = await open(place, constants.O_RDONLY | flag("O_DIRECTORY") | flag("O_NOFOLLOW"));
  return {
    at: (name) => Buffer.concat([Buffer.from(`/proc/self/fd/${handle.fd}/`), encodePath(name)]),
    sync: () => handle.sync(),
    close: () => closeOnce(handle),
  };
}

async function lookedAtFolder(place: Buffer): Promise<Folder> {
  if (!(await lstat(place)).isDirectory()) throw Object.assign(new Error("Not a folder"), { code: "ENOTDIR" });
  return {
    at: (name) => Buffer.concat([place, Buffer.from(nodePath.sep), encodePath(name)]),
    // Windows can't sync a folder, and macOS's rename is ordered by its journal.
    sync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function closeOnce(handle: FileHandle): Promise<void> {
  if (handle.fd !== -1) await handle.close();
}

async function writeNew(place: Buffer, bytes: Uint8Array, mode: number, permissions: number | null): Promise<void> {
  const handle = await open(place, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | flag("O_NOFOLLOW"), mode);
  try {
    await handle.writeFile(bytes);
    if (permissions !== null) await handle.chmod(permissions);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function discardOnError(temporary: Buffer, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await unlink(temporary).catch(() => {
      // It was never made, or its disk is gone; the first error is the one that counts.
    });
    throw error;
  }
}

/** Execute goes to whoever may read, as git does it. */
export function withExecute(permissions: number, mode: FileMode | undefined): number {
  if (mode === undefined) return permissions;
  return mode === "100755" ? permissions | ((permissions & 0o444) >> 2) : permissions & ~0o111;
}

async function look(place: Buffer) {
  try {
    return await lstat(place);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}

export function flag(name: "O_NOFOLLOW" | "O_DIRECTORY" | "O_NONBLOCK"): number {
  return constants[name] ?? 0;
}
