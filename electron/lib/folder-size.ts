import { lstat, readdir } from "node:fs/promises";
import path from "node:path";

const atOnce = 64;

/**
 * Bytes of the files below a folder, links not followed and one file under two names counted once; 0 where it isn't
 * there. What can't be read counts as nothing.
 */
export async function folderSize(folder: string, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  const counted = new Set<number>();
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined && !signal.aborted; next = folders.pop()) {
    const at = next;
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    const files: string[] = [];
    for (const entry of entries)
      if (entry.isDirectory()) folders.push(path.join(at, entry.name));
      else if (entry.isFile()) files.push(path.join(at, entry.name));
    for (let first = 0; first < files.length; first += atOnce) {
      const sizes = files.slice(first, first + atOnce).map((file) =>
        lstat(file).then(
          (stat) => {
            if (stat.nlink > 1 && counted.has(stat.ino)) return 0;
            if (stat.nlink > 1) counted.add(stat.ino);
            return stat.size;
          },
          () => 0,
        ),
      );
      bytes += (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    }
  }
  return bytes;
}
