import { copyFile, link, mkdir, readdir } from "node:fs/promises";
import path from "node:path";

const attempts = 3;
const isFanOut = (name: string): boolean => /^[0-9a-f]{2}$/.test(name);
const isLoose = (name: string): boolean => /^[0-9a-f]{38,62}$/.test(name);
const isPack = (name: string): boolean => /^pack-[0-9a-f]+\.(pack|idx|rev|bitmap|mtimes|promisor)$/.test(name);

/**
 * Gives a repository the objects of another as hard links, which take no room and outlast what the other throws away:
 * git never writes into a file of objects again. Both are `objects` folders.
 */
export async function linkObjects(from: string, to: string): Promise<void> {
  for (let left = attempts - 1; ; left -= 1) {
    try {
      await linkFiles(path.join(from, "pack"), path.join(to, "pack"), isPack);
      for (const name of await namesIn(from))
        if (isFanOut(name)) await linkFiles(path.join(from, name), path.join(to, name), isLoose);
      return;
    } catch (error) {
      // The other is being packed anew, and what was gone is in another file now.
      if (left === 0 || codeOf(error) !== "ENOENT") throw error;
    }
  }
}

async function linkFiles(from: string, to: string, isWanted: (name: string) => boolean): Promise<void> {
  const names = (await namesIn(from)).filter(isWanted);
  if (names.length > 0) await mkdir(to, { recursive: true });
  for (const name of names) await linkOne(path.join(from, name), path.join(to, name));
}

async function linkOne(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (codeOf(error) === "ENOENT") throw error;
    // Another disk, or one without hard links.
    await copyFile(from, to);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
