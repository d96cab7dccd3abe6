import { readdirSync, statSync } from "node:fs";
import { rm, statfs } from "node:fs/promises";
import path from "node:path";
import type { ProjectStorage, SessionStorage, StorageFreed, StorageReport } from "../../shared/contract/storage.ts";
import { keptDaysAfterRemoval } from "../../shared/kept-after-removal.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { KeptSnapshots } from "../snapshots/collect.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import type { KeptCheckpoint, SessionUse, StorageRepository } from "../store/storage.ts";
import type { Copy } from "../working-copies/copy.ts";
import { folderSize } from "../lib/folder-size.ts";
import { goneSessions, oldestToDrop } from "./rules.ts";

export type StorageDeps = {
  rows: StorageRepository;
  dataDir: string;
  projects: () => { id: string; name: string; path: string }[];
  copies: () => Copy[];
  /** Why a deleted session can't be brought back; null where it can. */
  whyLost: (session: { id: string; removedAt: number }) => string | null;
  collect: (copy: CopyRef, kept: KeptSnapshots, options: { signal: AbortSignal }) => Promise<Result<null, Failure>>;
  clock: Clock;
  log: Log;
  /** Aborts when the core closes. */
  signal: AbortSignal;
  maxSnapshotsBytes?: number;
};

/** Trees of a working copy that are kept under a name each (see compose/workspace.ts). */
const heldNames = ["baseline", "git", "anchor", "anchored"];
const gigabyte = 1024 ** 3;
const firstMs = 10 * 60_000;
const everyMs = 3_600_000;
/** What is younger isn't given back by the store yet (see collect.ts). */
const youngMs = 3_600_000;

/**
 * What takes room in the data folder, and its end: deleted sessions after a time, and the oldest automatic checkpoints of
 * a project over its limit. Looks every hour from `start` until `dispose`, one round at a time.
 */
export class StorageService {
  readonly #deps: StorageDeps;
  readonly #maxBytes: number;
  #cancel: () => void = () => {};
  #going: Promise<unknown> = Promise.resolve();
  /** Of stores that were tidied: nothing can have become free in one that is as large as then. */
  readonly #lastSize = new Map<string, number>();

  constructor(deps: StorageDeps) {
    this.#deps = deps;
    this.#maxBytes = deps.maxSnapshotsBytes ?? gigabyte;
  }

  start = (): void => this.#again(firstMs);

  dispose = async (): Promise<void> => {
    this.#cancel();
    await this.#going;
  };

  report = async (signal?: AbortSignal): Promise<StorageReport> => {
    const { rows, dataDir, projects, copies } = this.#deps;
    const stop = signal ? AbortSignal.any([signal, this.#deps.signal]) : this.#deps.signal;
    const worktrees = new Map(copies().flatMap((copy) => (copy.kind === "worktree" ? [[copy.sessionId, copy.path]] : [])));
    const outputs = await this.#outputsBySession(stop);
    const bySession = Map.groupBy(rows.sessions(), (session) => session.projectId);
    const found: ProjectStorage[] = [];
    for (const { id, name } of projects()) {
      const sessions = [];
      for (const session of bySession.get(id) ?? []) {
        const worktree = worktrees.get(session.id);
        const worktreeBytes = worktree === undefined ? null : await folderSize(worktree, stop);
        const outputsBytes = outputs.get(session.id) ?? 0;
        const eventsBytes = rows.eventsBytes(session.id);
        const isEmpty = session.checkpoints === 0 && eventsBytes === 0 && outputsBytes === 0;
        if (session.removedAt === null || !isEmpty)
          sessions.push({ ...this.#viewOf(session), worktreeBytes, eventsBytes, outputsBytes });
      }
      found.push({ projectId: id, name, snapshotsBytes: await folderSize(this.#storeOf(id), stop), sessions });
    }
    return {
      dataDir,
      freeBytes: await statfs(dataDir).then(
        (disk) => disk.bavail * disk.bsize,
        () => null,
      ),
      databaseBytes: databaseSize(dataDir),
      maxSnapshotsBytes: this.#maxBytes,
      keptDaysAfterRemoval,
      projects: found,
    };
  };

  /** Looks through all of it. One after the other: two at a time would count the same twice. */
  free = ({ dryRun }: { dryRun: boolean }): Promise<Result<StorageFreed, Failure<"GIT_FAILED">>> =>
    this.#inTurn(() => this.#free({ dryRun, thorough: true }));

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#going.then(work);
    this.#going = done.catch(() => {
      // Whoever asked has the failure; the next only waits for the end.
    });
    return done;
  }

  #again(ms: number): void {
    if (this.#deps.signal.aborted) return;
    this.#cancel = this.#deps.clock.after(ms, () => {
      this.#inTurn(() => this.#free({ dryRun: false, thorough: false }))
        .then((done) => {
          if (done.ok) this.#deps.log.info("storage.freed", done.value);
          else this.#deps.log.warn("storage.free.failed", { message: done.error.message });
        })
        .catch((error: unknown) => this.#deps.log.error("storage.free", error))
        .finally(() => this.#again(everyMs));
    });
  }

  /** `thorough`: stores are tidied too where nothing has to go. */
  async #free(how: { dryRun: boolean; thorough: boolean }): Promise<Result<StorageFreed, Failure<"GIT_FAILED">>> {
    const { rows, clock, signal, projects } = this.#deps;
    const gone = goneSessions(rows.sessions(), clock.now())
      .map((one) => ({ ...one, eventsBytes: rows.eventsBytes(one.id) }))
      .filter((one) => one.checkpoints > 0 || one.eventsBytes > 0);
    const freed: StorageFreed = {
      sessions: gone.length,
      checkpoints: gone.reduce((sum, one) => sum + one.checkpoints, 0),
      eventsBytes: gone.reduce((sum, one) => sum + one.eventsBytes, 0),
      outputsBytes: await this.#freeOutputs(new Set(gone.map((one) => one.id)), how.dryRun),
      snapshotsBytes: 0,
    };
    if (!how.dryRun) for (const session of gone) this.#deleteRows(session);
    for (const project of projects()) {
      if (signal.aborted) break;
      const before = await this.#sizeOf(project.id);
      const isOver = before > this.#maxBytes;
      if (how.dryRun && isOver) {
        freed.snapshotsBytes += before - this.#maxBytes;
        freed.checkpoints += this.#toDrop(project.id, before).length;
      }
      const isDue = gone.some((one) => one.projectId === project.id) || (isOver && this.#lastSize.get(project.id) !== before);
      if (how.dryRun || before === 0 || !(how.thorough || isDue)) continue;
      const shrunk = await this.#shrink(project);
      if (!shrunk.ok) return shrunk;
      freed.checkpoints += shrunk.value.checkpoints;
      freed.snapshotsBytes += Math.max(0, before - shrunk.value.size);
      this.#lastSize.set(project.id, shrunk.value.size);
    }
    return ok(freed);
  }

  /**
   * Tidies a store, and drops as long as it is over its limit and dropping helps: what is young is given back only some
   * time after it was let go, and the next round sees that.
   */
  async #shrink(project: {
    id: string;
    path: string;
  }): Promise<Result<{ checkpoints: number; size: number }, Failure<"GIT_FAILED">>> {
    const { rows, signal, collect } = this.#deps;
    let size = await this.#sizeOf(project.id);
    let checkpoints = 0;
    // On a disk that is away: another time.
    if (!statSync(project.path, { throwIfNoEntry: false })?.isDirectory()) return ok({ checkpoints, size });
    const checkout: CopyRef = { projectId: project.id, projectPath: project.path, copyId: "checkout", path: project.path };
    for (let round = 0; !signal.aborted; round += 1) {
      const collected = await collect(checkout, this.#keptOf(project.id), { signal });
      if (!collected.ok) return failure("GIT_FAILED", collected.error.message);
      const now = await this.#sizeOf(project.id);
      const helped = round === 0 || now < size;
      size = now;
      const drop = helped ? this.#toDrop(project.id, size) : [];
      if (drop.length === 0) break;
      rows.deleteCheckpoints(drop.map((one) => one.id));
      checkpoints += drop.length;
    }
    return ok({ checkpoints, size });
  }

  /** By how much the store is over its limit, a little more, and only what is old enough to be given back. */
  #toDrop(projectId: string, size: number): { id: string }[] {
    const { rows, clock } = this.#deps;
    const over = (size - this.#maxBytes) / size;
    if (!(over > 0)) return [];
    const open = new Set(rows.sessions().flatMap((one) => (one.openRuns > 0 ? [one.id] : [])));
    const old = clock.now() - youngMs;
    const mayGo = (one: KeptCheckpoint): boolean => one.createdAt < old && !open.has(one.sessionId);
    return oldestToDrop(rows.checkpoints(projectId), mayGo, Math.min(1, over + 0.05));
  }

  #sizeOf(projectId: string): Promise<number> {
    return folderSize(this.#storeOf(projectId), this.#deps.signal);
  }

  #keptOf(projectId: string): KeptSnapshots {
    const { rows, copies } = this.#deps;
    const live = [...copies().filter((copy) => copy.projectId === projectId), ...rows.removedCopies(projectId)];
    const sets = rows.neededSets(projectId);
    const trees = rows
      .checkpoints(projectId)
      .flatMap(({ tree, resultTree }) => (resultTree === null ? [tree] : [tree, resultTree]));
    const inUse = [
      ...live.flatMap(({ baselineTree, revisionTree }) => [baselineTree, revisionTree]),
      ...sets.flatMap(({ baselineBefore, baselineAfter }) => [baselineBefore, baselineAfter]),
    ];
    return {
      trees: new Set(trees),
      names: new Set([...live.flatMap(({ id }) => heldNames.map((name) => `${name}_${id}`)), ...sets.map((set) => set.id)]),
      copyIds: new Set(["checkout", ...live.map((copy) => copy.id)]),
      inUse: inUse.filter((tree) => tree !== null),
    };
  }

  #deleteRows(session: SessionUse): void {
    const { rows } = this.#deps;
    const ids = rows.checkpoints(session.projectId).filter((one) => one.sessionId === session.id);
    rows.deleteCheckpoints(ids.map((one) => one.id));
    rows.deleteReviews(session.id);
    rows.deleteTranscripts(session.id);
    for (const [runId, sessionId] of rows.runs()) if (sessionId === session.id) rows.deleteEvents(runId);
  }

  /** Outputs of runs and chats that aren't known, or whose session goes; returns their bytes. */
  async #freeOutputs(gone: ReadonlySet<string>, dryRun: boolean): Promise<number> {
    let bytes = 0;
    for (const { folder, sessionId } of this.#outputFolders()) {
      if (sessionId !== null && !gone.has(sessionId)) continue;
      bytes += await folderSize(folder, this.#deps.signal);
      if (!dryRun) await rm(folder, { recursive: true, force: true });
    }
    return bytes;
  }

  async #outputsBySession(signal: AbortSignal): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const { folder, sessionId } of this.#outputFolders()) {
      if (sessionId === null) continue;
      found.set(sessionId, (found.get(sessionId) ?? 0) + (await folderSize(folder, signal)));
    }
    return found;
  }

  /** Those of runs are for the person; of chats, for the model of Hearth's own agent. `sessionId`: null where nobody knows. */
  #outputFolders(): { folder: string; sessionId: string | null }[] {
    const { rows, dataDir } = this.#deps;
    const [runs, chats] = [rows.runs(), rows.chats()];
    return [
      ...foldersIn(path.join(dataDir, "outputs")).map(({ folder, name }) => ({ folder, sessionId: runs.get(name) ?? null })),
      ...foldersIn(path.join(dataDir, "assistant")).map(({ folder, name }) => ({ folder, sessionId: chats.get(name) ?? null })),
    ];
  }

  #viewOf(session: SessionUse): Omit<SessionStorage, "worktreeBytes" | "eventsBytes" | "outputsBytes"> {
    const { id, title, createdAt, removedAt, checkpoints, oldestCheckpointAt } = session;
    return {
      sessionId: id,
      title,
      createdAt: isoTime(createdAt),
      removedAt: removedAt === null ? null : isoTime(removedAt),
      whyLost: removedAt === null ? null : this.#deps.whyLost({ id, removedAt }),
      checkpoints,
      oldestCheckpointAt: oldestCheckpointAt === null ? null : isoTime(oldestCheckpointAt),
    };
  }

  #storeOf(projectId: string): string {
    return path.join(this.#deps.dataDir, "snapshots", `${projectId}.git`);
  }
}

function foldersIn(folder: string): { folder: string; name: string }[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map(({ name }) => ({ folder: path.join(folder, name), name }));
}

/** With what isn't brought into the file itself yet. */
function databaseSize(dataDir: string): number {
  return ["hearth.db", "hearth.db-wal"].reduce(
    (sum, name) => sum + (statSync(path.join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
