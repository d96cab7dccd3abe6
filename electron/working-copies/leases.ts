import { foldersMeet } from "../lib/inside.ts";
import { Listeners } from "../lib/listeners.ts";
import type { Log } from "../lib/log.ts";

/** A working copy, and the folder it lies in: sessions in place share the project's own. Null: the folder doesn't matter. */
export type CopyPlace = { workingCopyId: string; folder: string | null };
export type RunPlace = CopyPlace & { runId: string };

/**
 * Who works where: runs, from the moment they wait for their turn until they have ended, and work on the files of a
 * working copy, which keeps runs out of it for as long as it holds a lease.
 */
export class Leases {
  readonly #waiting = new Map<string, RunPlace>();
  readonly #going = new Map<string, RunPlace>();
  readonly #leased = new Set<CopyPlace>();
  /** A lease was given back: a run that waited may begin. */
  readonly released: Listeners<null>;

  constructor({ log }: { log: Log }) {
    this.released = new Listeners((error) => log.error("leases.listener", error));
  }

  /** Runs that wait, in the order they came. */
  waiting(): RunPlace[] {
    return [...this.#waiting.values()];
  }

  going(): RunPlace[] {
    return [...this.#going.values()];
  }

  leased(): CopyPlace[] {
    return [...this.#leased];
  }

  isWaiting(runId: string): boolean {
    return this.#waiting.has(runId);
  }

  /** `first`: before all that wait by now. */
  wait(run: RunPlace, first = false): void {
    const others = first ? this.waiting() : [];
    if (first) this.#waiting.clear();
    for (const each of [run, ...others]) this.#waiting.set(each.runId, each);
  }

  begin(runId: string): void {
    const run = this.#waiting.get(runId);
    if (!run) throw new Error(`Run ${runId} doesn't wait`);
    this.#waiting.delete(runId);
    this.#going.set(runId, run);
  }

  end(runId: string): void {
    this.#waiting.delete(runId);
    this.#going.delete(runId);
  }

  /**
   * Returns what gives the lease back; null while a run or another lease is in the working copy. With `folder`, the runs
   * of other sessions that work in it, around it or below it are kept out too; every project calls its own folder's
   * copy by one name, so that two leases with folders meet in these alone.
   */
  take(workingCopyId: string, folder: string | null = null): (() => void) | null {
    const hasRun = [...this.#going.values(), ...this.#waiting.values()].some((run) => run.workingCopyId === workingCopyId);
    const shared = this.going().some((run) => foldersMeet(run.folder, folder));
    const taken = this.leased().some((other) =>
      folder === null || other.folder === null ? other.workingCopyId === workingCopyId : foldersMeet(other.folder, folder),
    );
    if (hasRun || shared || taken) return null;
    const lease = { workingCopyId, folder };
    this.#leased.add(lease);
    return () => {
      if (this.#leased.delete(lease)) this.released.emit(null);
    };
  }
}
