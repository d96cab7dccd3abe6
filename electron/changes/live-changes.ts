import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { WakeUp } from "../lib/wake-up.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import { WatchedCopy } from "./watched-copy.ts";

/** Whoever looked a moment ago often looks again, and opening a session again is to cost nothing. */
const lingerMs = 30_000;

export type LiveChangesDeps = {
  snapshots: Pick<SnapshotStore, "foldersOf" | "ignoredNow">;
  /** Null where the session's files aren't there. */
  copyOf(sessionId: string): CopyRef | null;
  recount: (sessionId: string) => Promise<string | null>;
  clock: Clock;
  log: Log;
  maxFolders?: number;
};

type InUse = {
  users: number;
  watched: WatchedCopy | null;
  path: string | null;
  forget: (() => void) | null;
  readers: Set<WakeUp>;
};

/**
 * Watches the working copies of sessions that are in use: shown by a page, worked in by an agent, or just asked about.
 * Owns a watch from the first user until a moment after the last.
 */
export class LiveChanges {
  readonly #deps: LiveChangesDeps;
  readonly #inUse = new Map<string, InUse>();
  readonly #runs = new Map<string, () => void>();
  #disposed = false;

  constructor(deps: LiveChangesDeps) {
    this.#deps = deps;
  }

  /** Watches until the returned function is called. */
  use(sessionId: string): () => void {
    const entry = this.#inUse.get(sessionId) ?? { users: 0, watched: null, path: null, forget: null, readers: new Set() };
    this.#inUse.set(sessionId, entry);
    entry.forget?.();
    entry.forget = null;
    entry.users += 1;
    this.#watch(sessionId, entry);
    let isUsed = true;
    return () => {
      if (!isUsed) return;
      isUsed = false;
      entry.users -= 1;
      if (entry.users === 0) entry.forget = this.#deps.clock.after(lingerMs, () => this.#end(sessionId));
    };
  }

  /** In use for as long as it is read. Says first, and whenever it turns, whether changes are noticed by themselves. */
  async *follow(sessionId: string, signal?: AbortSignal): AsyncGenerator<boolean> {
    const release = this.use(sessionId);
    const entry = this.#inUse.get(sessionId);
    const wakeUp = new WakeUp();
    entry?.readers.add(wakeUp);
    try {
      let told: boolean | null = null;
      while (!signal?.aborted && !this.#disposed) {
        const isLive = entry?.watched?.isLive ?? false;
        if (isLive !== told) yield (told = isLive);
        else await wakeUp.sleep(signal);
      }
    } finally {
      entry?.readers.delete(wakeUp);
      release();
    }
  }

  /** The tree of the files as they are now, with the count that goes with it; null where they can't be looked at. */
  async treeOf(sessionId: string): Promise<string | null> {
    const release = this.use(sessionId);
    try {
      return (await this.#inUse.get(sessionId)?.watched?.tree()) ?? null;
    } finally {
      release();
    }
  }

  /** An agent is at work there, until the run is told of with null. */
  run(runId: string, sessionId: string | null): void {
    const isUsing = this.#runs.get(runId);
    if (sessionId === null) {
      this.#runs.delete(runId);
      isUsing?.();
    } else if (!isUsing) this.#runs.set(runId, this.use(sessionId));
  }

  /** Something that may write there came to rest, or a person came back: looked at where nothing is noticed by itself. */
  nudge(sessionId: string): void {
    const watched = this.#inUse.get(sessionId)?.watched;
    if (watched && !watched.isLive) watched.notice();
  }

  /** The session's files came, went, or are elsewhere now. */
  moved(sessionId: string): void {
    const entry = this.#inUse.get(sessionId);
    if (entry) this.#watch(sessionId, entry);
  }

  removed(sessionId: string): void {
    this.#inUse.get(sessionId)?.watched?.dispose();
  }

  dispose(): void {
    this.#disposed = true;
    for (const [sessionId, { readers }] of this.#inUse) {
      for (const reader of readers) reader.now();
      this.#end(sessionId);
    }
  }

  #watch(sessionId: string, entry: InUse): void {
    const copy = this.#disposed ? null : this.#deps.copyOf(sessionId);
    if (entry.path === (copy?.path ?? null)) return;
    entry.watched?.dispose();
    entry.path = copy?.path ?? null;
    const { snapshots, clock, log, maxFolders, recount } = this.#deps;
    entry.watched =
      copy &&
      new WatchedCopy({
        ...{ copy, snapshots, clock, log },
        ...(maxFolders === undefined ? {} : { maxFolders }),
        recount: () => recount(sessionId),
        onLive: () => this.#tell(entry),
      });
    this.#tell(entry);
  }

  #tell({ readers }: InUse): void {
    for (const reader of readers) reader.now();
  }

  #end(sessionId: string): void {
    const entry = this.#inUse.get(sessionId);
    entry?.forget?.();
    entry?.watched?.dispose();
    this.#inUse.delete(sessionId);
  }
}
