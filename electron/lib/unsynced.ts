import { closeSync, fsync } from "node:fs";
import { promisify } from "node:util";

export const syncFile = promisify(fsync);

/** So many are open until they are on the disk. */
const maxWaiting = 512;

/**
 * Files that are in their places and may not be on the disk yet. They are synced many together, while the next ones are
 * written: a file system that has a journal then needs few turns of it, where each file by itself takes one. Owns their
 * descriptors from `add` until they are synced.
 */
export class Unsynced {
  readonly #waiting: number[] = [];
  #syncing: Promise<{ error: unknown } | null> = Promise.resolve(null);
  #failed: { error: unknown } | null = null;

  async add(fd: number): Promise<void> {
    this.#waiting.push(fd);
    if (this.#waiting.length >= maxWaiting) await this.#begin();
  }

  /** All of them are on the disk when it resolves; what kept one from it since the last time shows here. */
  async settle(): Promise<void> {
    await this.#begin();
    const failed = this.#failed ?? (await this.#syncing);
    this.#failed = null;
    this.#syncing = Promise.resolve(null);
    if (failed) throw failed.error;
  }

  close(): void {
    for (const fd of this.#waiting.splice(0)) closeSync(fd);
  }

  async #begin(): Promise<void> {
    this.#failed ??= await this.#syncing;
    this.#syncing = syncAll(this.#waiting.splice(0));
  }
}

async function syncAll(fds: readonly number[]): Promise<{ error: unknown } | null> {
  const done = await Promise.allSettled(fds.map(syncAndClose));
  const failed = done.find((one) => one.status === "rejected");
  return failed ? { error: failed.reason } : null;
}

async function syncAndClose(fd: number): Promise<void> {
  try {
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}
