import { rmSync } from "node:fs";

/**
 * Removes what a test worked in. An agent whose host was killed may still write there until it notices that its pipe
 * has ended, so it is tried again for some seconds.
 */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 12, retryDelay: 100 });
}
