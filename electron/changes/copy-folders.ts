import { lstat, readdir } from "node:fs/promises";
import nodePath from "node:path";
import { decodePath, encodePath } from "../../shared/path-text.ts";
import { temporaryPrefix } from "../lib/write-file.ts";

/** Git's own folder, nested repositories' too, and files that we are still writing. */
export function isOurs(path: string): boolean {
  const parts = path.split("/");
  return parts.includes(".git") || (parts.at(-1)?.startsWith(temporaryPrefix) ?? false);
}

export async function isFolder(root: string, path: string): Promise<boolean> {
  try {
    return (await lstat(placeOf(root, path))).isDirectory();
  } catch {
    return false; // It went meanwhile.
  }
}

export async function foldersIn(root: string, folder: string): Promise<string[]> {
  try {
    const entries = await readdir(placeOf(root, folder), { withFileTypes: true, encoding: "buffer" });
    const folders = entries.filter((entry) => entry.isDirectory());
    return folders.map((entry) => `${folder}/${decodePath(entry.name)}`).filter((path) => !isOurs(path));
  } catch {
    return []; // It went meanwhile.
  }
}

function placeOf(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(root + nodePath.sep), encodePath(path)]);
}
