import { realpathSync, statSync } from "node:fs";

/** The folder's real path, in the disk's own letter case; null if it isn't a folder. */
export function realFolder(target: string): string | null {
  try {
    const real = realpathSync.native(target);
    return statSync(real).isDirectory() ? real : null;
  } catch {
    return null; // Missing, not readable, or a loop of links: nothing that can be opened.
  }
}
