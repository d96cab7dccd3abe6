import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, chmod, lstat, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/** Names of folders that are on their way out: moved aside whole, and deleted from there. */
const leavingPrefix = ".removing-";

/**
 * Why a folder could not be deleted whole: something in it that is another user's, or another disk. Null where all of it
 * can; a folder of one's own that is read-only, as a Go module cache is, can be made writable.
 */
export async function obstacleIn(folder: string): Promise<string | null> {
  const { dev } = await lstat(folder);
  // Names are bytes, and needn't be UTF-8.
  const waiting = [Buffer.from(folder)];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const stat = await lstat(at);
    if (stat.dev !== dev) return `another disk is mounted at ${at.toString()}`;
    if (!(await canEmpty(at, stat.uid))) return `${at.toString()} belongs to another user`;
    const isOpen = (stat.mode & 0o500) === 0o500 || process.getuid?.() === 0;
    // One that can't even be listed is ours to open; what lies in it is looked at when it goes.
    if (!isOpen) continue;
    waiting.push(...(await foldersIn(at)));
  }
  return null;
}

async function foldersIn(folder: Buffer<ArrayBuffer>): Promise<Buffer<ArrayBuffer>[]> {
  const entries = await readdir(folder, { withFileTypes: true, encoding: "buffer" });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => Buffer.concat([folder, Buffer.from(path.sep), entry.name]));
}

async function canEmpty(folder: Buffer<ArrayBuffer>, owner: number): Promise<boolean> {
  const user = process.getuid?.();
  if (user === undefined || user === 0 || user === owner) return true;
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Moves a folder aside in one step; nobody finds it at its place any more, and it can be put back. */
export async function moveAside(folder: string): Promise<string> {
  const aside = path.join(path.dirname(folder), `${leavingPrefix}${path.basename(folder)}-${randomUUID().slice(0, 8)}`);
  await rename(folder, aside);
  return aside;
}

/** Deletes what was moved aside. Links in it go as links. */
export async function deleteAside(aside: string): Promise<void> {
  await openUp(Buffer.from(aside));
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}

async function openUp(folder: Buffer<ArrayBuffer>): Promise<void> {
  const { mode } = await lstat(folder);
  if ((mode & 0o700) !== 0o700) await chmod(folder, mode | 0o700);
  for (const inner of await foldersIn(folder)) await openUp(inner);
}

/** What an earlier core moved aside and didn't come to delete. */
export async function listAside(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(leavingPrefix))
    .map((entry) => path.join(folder, entry.name));
}
