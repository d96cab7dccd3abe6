import { existsSync } from "node:fs";
import { failure, type Failure } from "../../shared/errors.ts";
import type { NotCovered } from "../../shared/not-covered.ts";
import { ok, type Result } from "../../shared/result.ts";
import { CatFile } from "../git/cat-file.ts";
import type { DiffOptions, TreeChange } from "../git/diff-tree.ts";
import { patchIfStill, patchOf, type Patch } from "../git/file-patch.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { ignoredOf } from "../git/ignored.ts";
import { writeBlob } from "../git/objects.ts";
import { patchesOf } from "../git/patches.ts";
import { Refs } from "../git/refs.ts";
import type { GitPlace } from "../git/place.ts";
import { gitFailureIsFull, gitMessage } from "../git/repository.ts";
import { listFolders, treeOfCommit, type TreeEntry } from "../git/trees.ts";
import { stillUnfiltered } from "../git/unfiltered.ts";
import { listIndexed } from "../git/work-tree.ts";
import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Log } from "../lib/log.ts";
import { collectGarbage, type KeptSnapshots } from "./collect.ts";
import { editTree, entriesAt } from "./edit-tree.ts";
import { ignoredAt } from "./ignore-rules.ts";
import { commitOf, treeOfAll } from "./keeping.ts";
import { KnownTrees } from "./known-trees.ts";
import { mergeBlobs } from "./merge-blobs.ts";
import { NotedPermissions } from "./noted-permissions.ts";
import { workInRepositories } from "./nested-work.ts";
import { isFileAt, ownChanges, type OwnChanges, type OwnOptions } from "./own-changes.ts";
import { checkpointRefs, secureBorrowed } from "./secure.ts";
import { uncoveredSubmodules } from "./submodules.ts";
import type { CopyRef, SnapshotFailure, SnapshotOptions, SnapshotStore, Taken } from "./snapshot-store.ts";
import { openStoreFolder, type StoreFolder } from "./store-folder.ts";
import { takeSnapshot } from "./take-snapshot.ts";

export type GitSnapshotStoreDeps = { git: Git; storesDir: string; clock: Clock; log: Log; maxUntrackedBytes?: number };

type OpenStore = StoreFolder & { objects: CatFile; refs: Refs };

type Outcome<T> = Promise<Result<T, SnapshotFailure>>;

const defaultMaxUntrackedBytes = 5 * 1024 * 1024;
const secureDelayMs = 3000;

/**
 * Owns the projects' stores below `storesDir`. One command at a time writes an index; work in the background (bringing
 * borrowed objects in) is waited for by `dispose`, and does no harm where it is cut off.
 */
export class GitSnapshotStore implements SnapshotStore {
  readonly #deps: GitSnapshotStoreDeps;
  readonly #git: Git;
  readonly #known: KnownTrees;
  readonly #queue = new KeyedQueue();
  readonly #folders = new Map<string, OpenStore>();
  readonly #noted = new Map<string, NotedPermissions>();
  readonly #trees = new Map<string, string>();
  /** Copies whose index has nothing that is ignored by the rules as they were last. */
  readonly #rulesSeen = new Set<string>();
  readonly #lastKept = new Map<string, { tree: string; commit: string }>();
  readonly #waiting = new Map<string, () => void>();
  readonly #securing = new Set<Promise<unknown>>();
  readonly #taking = new Set<Promise<unknown>>();
  /** Copies in which files were written whose contents the store has. */
  readonly #written = new Set<string>();
  /** Projects whose store throws away what is old. */
  readonly #collecting = new Set<string>();
  #disposed = false;

  constructor(deps: GitSnapshotStoreDeps) {
    this.#deps = deps;
    this.#git = deps.git;
    this.#known = new KnownTrees(deps.git);
  }

  snapshot = (copy: CopyRef, options?: SnapshotOptions): Outcome<Taken> => {
    const work = this.#snapshot(copy, options);
    this.#taking.add(work);
    return work.finally(() => this.#taking.delete(work));
  };

  #snapshot(copy: CopyRef, { comparedWith }: SnapshotOptions = {}): Outcome<Taken> {
    return this.#queue.run(`copy ${copy.copyId}`, () =>
      this.#within(copy, "CHECKPOINT_FAILED", async (_place, folder) => {
        const key = keyOf(copy);
        if (folder.refreshExcludes()) this.#rulesSeen.clear();
        const knownTree = existsSync(folder.indexOf(copy)) ? (this.#trees.get(key) ?? null) : null;
        this.#trees.delete(key);
        const noted = this.#notedOf(folder, copy);
        const taken = await takeSnapshot(this.#git, folder, copy, {
          maxUntrackedBytes: this.#deps.maxUntrackedBytes ?? defaultMaxUntrackedBytes,
          knownTree,
          rulesSeen: this.#rulesSeen.has(key),
          known: this.#written.has(key),
          loose: this.#collecting.has(copy.projectId),
          comparedWith: comparedWith ?? null,
          noted,
        });
        if (!taken.ok) return taken;
        // The contents are worth more than what permissions they had.
        const saved = noted.save();
        if (!saved.ok) this.#deps.log.warn("checkpoint.permissions.failed", { code: saved.error.code });
        const { tree, skipped, differences } = taken.value;
        this.#trees.set(key, tree);
        this.#rulesSeen.add(key);
        this.#written.delete(key);
        if (comparedWith !== undefined && differences) this.#known.learn(comparedWith, tree, differences);
        return ok({ tree, skipped });
      }),
    );
  }

  patchIfStill = (
    copy: CopyRef,
    { from, tree, change }: { from: string; tree: string; change: TreeChange },
    maxBytes: number,
  ): Outcome<Patch | null> =>
    this.#queue.run(`copy ${copy.copyId}`, () =>
      this.#within(copy, "GIT_FAILED", (place) => {
        // What the index doesn't have is not looked for on the disk.
        const gone = change.operation === "delete" ? change.path : change.oldPath;
        const isKnown = this.#trees.get(keyOf(copy)) === tree && (gone === undefined || !isFileAt(copy.path, gone));
        return isKnown ? patchIfStill(this.#git, place, from, change, maxBytes) : Promise.resolve(ok(null));
      }),
    );

  notCovered = (copy: CopyRef, { tree, skipped }: Taken): Outcome<NotCovered[]> =>
    this.#within(copy, "GIT_FAILED", async (place) => {
      const links = await this.#known.links(place, tree);
      if (!links.ok) return links;
      const [nested, inside, unfiltered] = await Promise.all([
        workInRepositories(this.#git, copy.path, skipped),
        uncoveredSubmodules(this.#git, copy, links.value),
        stillUnfiltered(copy.path),
      ]);
      const raw = unfiltered.map((one) => ({ ...one, why: "filtered" as const }));
      return ok([...skipped, ...nested, ...inside, ...raw]);
    });

  keep = (copy: CopyRef, tree: string): Outcome<{ commit: string }> =>
    this.#within(copy, "CHECKPOINT_FAILED", async (_place, store) => {
      // The checkpoint before a run mostly has the tree of the one after the last.
      const of = `${copy.projectId} ${copy.copyId}`;
      const known = this.#lastKept.get(of);
      if (known?.tree === tree) return ok({ commit: known.commit });
      const commit = await this.#underRef(store, tree, (made) => made);
      if (!commit.ok) return commit;
      this.#lastKept.set(of, { tree, commit: commit.value });
      this.#secureSoon(copy);
      return ok({ commit: commit.value });
    });

  treeOfBlobs = (copy: CopyRef, oids: Iterable<string>): Outcome<string> =>
    this.#within(copy, "CHECKPOINT_FAILED", (_place, store) =>
      treeOfAll(
        store,
        Array.from(oids, (oid) => ({ mode: "100644", oid })),
      ),
    );

  hold = (copy: CopyRef, name: string, tree: string): Outcome<null> =>
    this.#within(copy, "CHECKPOINT_FAILED", async (_place, store) => {
      const commit = await this.#underRef(store, tree, () => name);
      if (commit.ok) this.#secureSoon(copy);
      return commit.ok ? ok(null) : commit;
    });

  forget = (copy: CopyRef, name: string): Outcome<null> =>
    this.#within(copy, "GIT_FAILED", (_place, { refs }) => refs.delete(checkpointRefs + name));

  noteWritten = (copy: CopyRef): void => void this.#written.add(keyOf(copy));

  looksAtModes = (copy: CopyRef): Outcome<boolean> =>
    this.#within(copy, "GIT_FAILED", (_place, folder) => Promise.resolve(ok(folder.looksAtModes)));

  notedPermissions = (copy: CopyRef): Outcome<NotedPermissions> =>
    this.#within(copy, "GIT_FAILED", (_place, folder) => Promise.resolve(ok(this.#notedOf(folder, copy))));

  treeOf = (copy: CopyRef, commit: string | null): Outcome<string> =>
    this.#within(copy, "GIT_FAILED", async (_place, store) => {
      const tree = commit === null ? ok(null) : await treeOfCommit(this.#git, { cwd: copy.path, env: {} }, commit);
      if (!tree.ok || tree.value !== null) return tree.ok ? ok(tree.value ?? "") : tree;
      return treeOfAll(store, []);
    });

  diff = (copy: CopyRef, from: string, to: string, options: DiffOptions = {}): Outcome<TreeChange[]> =>
    this.#within(copy, "GIT_FAILED", (place) => this.#known.diff(place, from, to, { renames: true, ...options }));

  ownChanges = (copy: CopyRef, from: string, to: string, options: OwnOptions): Outcome<OwnChanges> =>
    this.#within(copy, "GIT_FAILED", (_place, folder) =>
      ownChanges({ git: this.#git, trees: this.#known }, folder, copy, { from, to, ...options }),
    );

  ignoredAt = (copy: CopyRef, tree: string, paths: readonly string[]): Outcome<Set<string>> =>
    this.#within(copy, "GIT_FAILED", (place, folder) => ignoredAt(this.#git, folder, place, tree, paths));

  patch = (copy: CopyRef, from: string, to: string, paths: string[], maxBytes: number): Outcome<Patch> =>
    this.#within(copy, "GIT_FAILED", (place) => patchOf(this.#git, place, from, to, paths, maxBytes));

  patches = (copy: CopyRef, from: string, to: string, maxBytes: number): Outcome<Map<string, string> | null> =>
    this.#within(copy, "GIT_FAILED", (place) => patchesOf(this.#git, place, from, to, maxBytes));

  entries = (copy: CopyRef, tree: string, paths: string[]): Outcome<TreeEntry[]> =>
    this.#within(copy, "GIT_FAILED", (_place, store) => entriesAt(store, tree, paths));

  readBlob = (copy: CopyRef, oid: string, maxBytes: number): Outcome<Buffer> =>
    this.#within(copy, "GIT_FAILED", (_place, { objects }) => objects.readOne(oid, maxBytes));

  readBlobs = (copy: CopyRef, oids: readonly string[], maxBytes: number): Outcome<Map<string, Buffer>> =>
    this.#within(copy, "GIT_FAILED", (_place, { objects }) => objects.readFirst(oids, maxBytes));

  streamBlob = (copy: CopyRef, oid: string, take: (part: Uint8Array) => Promise<void>): Outcome<null> =>
    this.#within(copy, "GIT_FAILED", (_place, { objects }) => objects.stream(oid, take));

  writeBlob = (copy: CopyRef, bytes: Uint8Array): Outcome<string> =>
    this.#within(copy, "GIT_FAILED", (place) => writeBlob(this.#git, place, bytes));

  editTree = (copy: CopyRef, tree: string, edits: { path: string; mode: string; oid: string | null }[]): Outcome<string> =>
    this.#within(copy, "GIT_FAILED", (_place, store) => editTree(store, tree, edits));

  mergeBlobs = (copy: CopyRef, base: string, ours: string, theirs: string): Outcome<{ oid: string } | { conflict: true }> =>
    this.#within(copy, "GIT_FAILED", (place, folder) => mergeBlobs(this.#git, place, folder, { base, ours, theirs }));

  foldersOf = (copy: CopyRef, tree: string): Outcome<string[]> =>
    this.#within(copy, "GIT_FAILED", (place) => listFolders(this.#git, place, tree));

  ignoredNow = (copy: CopyRef, paths: readonly string[]): Outcome<string[]> =>
    this.#within(copy, "GIT_FAILED", (place) => ignoredOf(this.#git, place, paths, { tracked: false }));

  listFiles = async (copy: CopyRef): Outcome<string[]> => {
    const folder = await this.#within(copy, "GIT_FAILED", (_place, opened) => Promise.resolve(ok(opened)));
    if (!folder.ok) return folder;
    const taken = existsSync(folder.value.indexOf(copy)) ? ok(null) : await this.snapshot(copy);
    return taken.ok ? this.#within(copy, "GIT_FAILED", (place) => listIndexed(this.#git, place)) : taken;
  };

  /** Brings in what kept trees of the project still borrow from it; done by itself a moment after `keep`. */
  secure = (copy: CopyRef): Outcome<null> => {
    this.#waiting.get(copy.projectId)?.();
    this.#waiting.delete(copy.projectId);
    const work = this.#queue.run(`secure ${copy.projectId}`, () =>
      this.#within(copy, "CHECKPOINT_FAILED", (place, folder) => secureBorrowed(this.#git, folder, place)),
    );
    this.#securing.add(work);
    return work.finally(() => this.#securing.delete(work));
  };

  /** Drops what nothing keeps any more, and gives its room back. Other work in the store goes on meanwhile. */
  collect = (copy: CopyRef, kept: KeptSnapshots, options: { grace?: number; signal?: AbortSignal } = {}): Outcome<null> => {
    const work = this.#queue.run(`secure ${copy.projectId}`, () =>
      this.#within(copy, "GIT_FAILED", async (place, folder) => {
        this.#collecting.add(copy.projectId);
        // Those that began before may lean on old contents without making them young; later ones make them young.
        await Promise.allSettled(this.#taking);
        // Its commit may be one that goes: the next checkpoint of the same tree gets a young one.
        this.#forgetKept(copy.projectId);
        const now = Math.floor(this.#deps.clock.now() / 1000);
        return collectGarbage(this.#git, folder, place, kept, { now, ...options });
      }).finally(() => this.#collecting.delete(copy.projectId)),
    );
    this.#securing.add(work);
    return work.finally(() => this.#securing.delete(work));
  };

  dispose = async (): Promise<void> => {
    this.#disposed = true;
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
    await Promise.allSettled(this.#securing);
    await Promise.all([...this.#folders.values()].flatMap(({ objects, refs }) => [objects.close(), refs.close()]));
  };

  #open(copy: CopyRef): Promise<Result<OpenStore, GitFailure>> {
    const key = `${copy.projectId}\0${copy.projectPath}`;
    return this.#queue.run(`open ${copy.projectId}`, async () => {
      const known = this.#folders.get(key);
      if (known && existsSync(known.dir)) return ok(known);
      const opened = await openStoreFolder(this.#git, this.#deps.storesDir, copy);
      if (!opened.ok) return opened;
      await Promise.all([known?.objects.close(), known?.refs.close()]);
      const of = [this.#git, opened.value.apart, this.#deps.clock] as const;
      const store = { ...opened.value, objects: new CatFile(...of), refs: new Refs(...of) };
      this.#folders.set(key, store);
      // It may have been made anew.
      this.#forgetKept(copy.projectId);
      return ok(store);
    });
  }

  #notedOf(folder: StoreFolder, copy: CopyRef): NotedPermissions {
    const file = folder.permissionsOf(copy);
    const noted = this.#noted.get(file) ?? new NotedPermissions(file);
    this.#noted.set(file, noted);
    return noted;
  }

  #forgetKept(projectId: string): void {
    for (const of of this.#lastKept.keys()) if (of.startsWith(`${projectId} `)) this.#lastKept.delete(of);
  }

  /** Opens the project's store, does one thing there, and says in closed codes why it couldn't. */
  async #within<T>(
    copy: CopyRef,
    code: "GIT_FAILED" | "CHECKPOINT_FAILED",
    work: (place: GitPlace, folder: OpenStore) => Promise<Result<T, GitFailure>>,
  ): Promise<Result<T, SnapshotFailure>> {
    if (!existsSync(copy.path)) return missing(copy);
    const folder = await this.#open(copy);
    const done = folder.ok ? await work(folder.value.place(copy), folder.value) : folder;
    if (done.ok) return done;
    if (gitFailureIsFull(done.error)) return failure("DISK_FULL", "No room left for a checkpoint");
    if (!existsSync(copy.path)) return missing(copy);
    return failure(code, gitMessage(code === "GIT_FAILED" ? "git could not do it" : "No checkpoint could be made", done.error));
  }

  async #underRef(store: OpenStore, tree: string, nameOf: (commit: string) => string): Promise<Result<string, GitFailure>> {
    const commit = await commitOf(store, tree, Math.floor(this.#deps.clock.now() / 1000));
    if (!commit.ok) return commit;
    const set = await store.refs.set(checkpointRefs + nameOf(commit.value), commit.value);
    return set.ok ? commit : set;
  }

  #secureSoon(copy: CopyRef): void {
    const { clock, log } = this.#deps;
    if (this.#disposed || this.#waiting.has(copy.projectId)) return;
    const cancel = clock.after(secureDelayMs, () => {
      void this.secure(copy).then((done) => {
        if (!done.ok) log.warn("checkpoint.secure.failed", { code: done.error.code, projectId: copy.projectId });
      });
    });
    this.#waiting.set(copy.projectId, cancel);
  }
}

function keyOf({ copyId, path }: CopyRef): string {
  return `${copyId}\0${path}`;
}

function missing(copy: CopyRef): { ok: false; error: Failure<"WORKING_COPY_MISSING"> } {
  return failure("WORKING_COPY_MISSING", `${copy.path} isn't there`);
}
