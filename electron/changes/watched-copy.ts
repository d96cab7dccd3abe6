import { gitFoldersOf } from "../git/git-folders.ts";
import { isIgnoreFile } from "../git/ignored.ts";
import type { Clock } from "../lib/clock.ts";
import { FolderWatch } from "../lib/folder-watch.ts";
import type { Log } from "../lib/log.ts";
import { Settle } from "../lib/settle.ts";
import { foldersIn, isFolder, isOurs } from "./copy-folders.ts";
import { IgnoredPaths } from "./ignored-paths.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import { nextTurn } from "../lib/slices.ts";

/** A burst of writes is looked at once it is over, and every second and a half while it goes on. */
const quietMs = 150;
const maxMs = 1500;
/** Looking takes at most a fifth of a processor's time. */
const restRatio = 4;
/** More paths than these aren't told apart: something was changed. */
const maxSeen = 2000;
const defaultMaxFolders = 8192;

export type WatchedCopyDeps = {
  copy: CopyRef;
  snapshots: Pick<SnapshotStore, "foldersOf" | "ignoredNow">;
  /** Looks at the copy anew; the tree that it is, or null where it can't be looked at. */
  recount(): Promise<string | null>;
  /** Whether changes are noticed from now on. */
  onLive(isLive: boolean): void;
  clock: Clock;
  log: Log;
  maxFolders?: number;
};

/**
 * One working copy that is watched: its folders without those that git ignores, and where its HEAD stands. What happens
 * there has it looked at again. Where the system can't watch it is looked at when someone says that it may have changed.
 * Owns its watches until `dispose`.
 */
export class WatchedCopy {
  readonly #deps: WatchedCopyDeps;
  readonly #settle: Settle;
  readonly #files: FolderWatch;
  readonly #heads: FolderWatch[];
  readonly #seen = new Set<string>();
  readonly #ignored: IgnoredPaths;
  /** Folders that no snapshot has, for nothing is in them yet. */
  readonly #empty = new Set<string>();
  #all = true;
  #isLive = false;
  #blind = false;
  #tree: string | null = null;

  constructor(deps: WatchedCopyDeps) {
    this.#deps = deps;
    const { copy, clock, log } = deps;
    const onError = (error: unknown): void => log.error("changes.look", error, { copyId: copy.copyId });
    this.#settle = new Settle({ clock, quietMs, maxMs, restRatio, work: () => this.#look(), onError });
    this.#ignored = new IgnoredPaths((paths) => deps.snapshots.ignoredNow(copy, paths));
    this.#files = new FolderWatch({
      root: copy.path,
      maxFolders: deps.maxFolders ?? defaultMaxFolders,
      onEvent: (path) => this.#noticed(path),
      onFailed: (error) => this.#goBlind(error),
    });
    this.#heads = gitFoldersOf(copy.path)
      .slice(0, 1)
      .map(
        (root) =>
          new FolderWatch({
            root,
            maxFolders: 2,
            onEvent: (path) => this.#headMoved(path),
            onFailed: (error) => this.#goBlind(error),
          }),
      );
    this.#settle.notice();
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** It may have changed: someone says so who knows better than the watches. */
  notice(): void {
    this.#all = true;
    this.#settle.notice();
  }

  /** The tree of the files as they are now; looked at again only where something happened, or nothing can be noticed. */
  async tree(): Promise<string | null> {
    // What was written before this was asked for may still wait to be read from the system.
    await nextTurn();
    if (!this.#isLive || process.platform !== "linux") this.notice();
    await this.#settle.settled();
    return this.#tree;
  }

  dispose(): void {
    this.#settle.dispose();
    for (const watch of [this.#files, ...this.#heads]) watch.dispose();
  }

  #noticed(path: string | null): void {
    if (path === null || this.#seen.size >= maxSeen) this.#all = true;
    else if (isOurs(path) || this.#ignored.has(path)) return;
    else this.#seen.add(path);
    this.#settle.notice();
  }

  #headMoved(path: string | null): void {
    if (path !== null && !/^(logs\/)?HEAD$/.test(path)) return;
    this.notice();
  }

  async #look(): Promise<void> {
    const seen = [...this.#seen];
    const all = this.#all;
    this.#seen.clear();
    this.#all = false;
    if (seen.some(isIgnoreFile)) this.#ignored.clear();
    const own = await this.#ignored.leaveOut(seen);
    for (const path of own) this.#files.forget(path);
    await this.#watchNew(own);
    if (!all && own.length === 0) return;
    const tree = await this.#deps.recount();
    const isCovered = this.#isLive && tree === this.#tree;
    this.#tree = tree;
    if (tree !== null && !isCovered && !this.#blind) await this.#cover(tree);
    this.#setLive(tree !== null && !this.#blind);
  }

  /** Watches the folders that there are now, and no others. */
  async #cover(tree: string): Promise<void> {
    const folders = await this.#deps.snapshots.foldersOf(this.#deps.copy, tree);
    if (!folders.ok) return this.#goBlind(folders.error);
    const wanted = new Set([...folders.value, ...this.#empty]);
    this.#files.keepOnly(wanted);
    // What was written in a folder before its watch was there is seen by one more look.
    if (await this.#files.add([".", ...wanted])) this.notice();
    for (const head of this.#heads) await head.add([".", "logs"]);
  }

  /** Folders that came, with those inside; snapshots know of them only once there is a file. */
  async #watchNew(paths: readonly string[]): Promise<void> {
    const maxFolders = this.#deps.maxFolders ?? defaultMaxFolders;
    for (const path of this.#empty) if (!(await isFolder(this.#deps.copy.path, path))) this.#empty.delete(path);
    let level = (
      await Promise.all(paths.map(async (path) => ((await isFolder(this.#deps.copy.path, path)) ? [path] : [])))
    ).flat();
    while (level.length > 0 && this.#empty.size < maxFolders) {
      for (const folder of level) this.#empty.add(folder);
      await this.#files.add(level);
      const inside = await Promise.all(level.map((folder) => foldersIn(this.#deps.copy.path, folder)));
      level = await this.#ignored.leaveOut(inside.flat());
    }
  }

  #goBlind(error: unknown): void {
    if (this.#blind) return;
    this.#blind = true;
    this.#files.dispose();
    const { log, copy } = this.#deps;
    log.warn("changes.not-watched", { copyId: copy.copyId, path: copy.path, reason: wordsOf(error) });
    this.#setLive(false);
  }

  #setLive(isLive: boolean): void {
    if (this.#isLive === isLive) return;
    this.#isLive = isLive;
    this.#deps.onLive(isLive);
  }
}

function wordsOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}
