import type { Clock } from "../lib/clock.ts";
import { Listeners } from "../lib/listeners.ts";
import { Retry } from "../lib/retry.ts";
import { storeFault } from "./faults.ts";

/** `saved` is called once the work is written, before `keep` returns where the store takes it at once. */
export type KeptWrite = { work: () => void; durable: boolean; saved: () => void };

type Deps = { clock: Clock; commit: (write: KeptWrite) => void };

/** So many writes without anybody who waits for them only come together if the store is lost for good. */
const mostKept = 10_000;

/**
 * Writes that nobody waits for and that the store didn't take: kept in order, each a transaction of its own, and tried
 * again until it does. Owns its timer until `dispose`.
 */
export class KeptWrites {
  /** Every fault that a kept write met for the first time, and every write that had to be dropped. */
  readonly failed = new Listeners<{ what: "kept" | "dropped"; error: unknown }>(() => {});
  readonly #commit: Deps["commit"];
  readonly #retry: Retry;
  #waiting: KeptWrite[] = [];

  constructor({ clock, commit }: Deps) {
    this.#commit = commit;
    this.#retry = new Retry(clock, () => this.#tryAgain());
  }

  /** Writes now or keeps it. Throws only what isn't the store's fault, as a mistake in the work itself. */
  keep(write: KeptWrite): void {
    if (this.#waiting.length > 0) return this.#push(write);
    try {
      this.#commit(write);
    } catch (error) {
      if (storeFault(error) === null) throw error;
      this.failed.emit({ what: "kept", error });
      this.#push(write);
      return this.#retry.later();
    }
    write.saved();
  }

  /** Writes all that waits, in order; throws where the store doesn't take it. */
  flush(): void {
    for (let write = this.#waiting[0]; write; write = this.#waiting[0]) {
      const written = this.#written(write);
      this.#waiting.shift();
      if (this.#waiting.length === 0) this.#retry.stop();
      if (written) this.#tell(write);
    }
  }

  /** A last try. */
  dispose(): void {
    this.#tryAgain();
    this.#retry.stop();
    for (const _ of this.#waiting) this.failed.emit({ what: "dropped", error: new Error("The store was closed") });
    this.#waiting = [];
  }

  #tryAgain(): void {
    try {
      this.flush();
    } catch {
      // Still the fault that was told when the first of them was kept.
      this.#retry.later();
    }
  }

  /** A write that the store will never take, for a reason of its own, must not keep the others out. */
  #written(write: KeptWrite): boolean {
    try {
      this.#commit(write);
      return true;
    } catch (error) {
      if (storeFault(error) !== null) throw error;
      this.failed.emit({ what: "dropped", error });
      return false;
    }
  }

  /** What is told is told from within somebody else's write, which must not fail by it. */
  #tell({ saved }: KeptWrite): void {
    try {
      saved();
    } catch (error) {
      this.failed.emit({ what: "dropped", error });
    }
  }

  #push(write: KeptWrite): void {
    if (this.#waiting.length < mostKept) this.#waiting.push(write);
    else this.failed.emit({ what: "dropped", error: new Error("Too many writes wait for the store") });
  }
}
