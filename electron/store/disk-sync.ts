import { closeSync, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";

const syncData = promisify(fdatasync);

/**
 * Brings what SQLite appended to a file onto the disk, on another thread: its own way holds this one until the disk is
 * done. Owns the file's descriptor from the first call until `close`.
 */
export class DiskSync {
  readonly #file: string;
  #fd: number | null = null;
  #going: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #closed = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** Resolves once all that is in the file by now is on the disk. Calls that come meanwhile share one more turn. */
  sync(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (!this.#going) return (this.#going = this.#syncOnce());
    // What that turn came to is told to those who waited for it.
    this.#next ??= Promise.allSettled([this.#going]).then(() => {
      this.#next = null;
      return this.#closed ? undefined : (this.#going = this.#syncOnce());
    });
    return this.#next;
  }

  /** What goes on is let come to its end. */
  close(): void {
    this.#closed = true;
    void Promise.allSettled([this.#going]).then(() => {
      if (this.#fd !== null) closeSync(this.#fd);
      this.#fd = null;
    });
  }

  async #syncOnce(): Promise<void> {
    try {
      this.#fd ??= openSync(this.#file, "r+");
      await syncData(this.#fd);
    } finally {
      this.#going = null;
    }
  }
}
