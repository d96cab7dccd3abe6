import type { FileDiff } from "../../shared/contract/changes.ts";
import { restoreCodes, type Checkpoint, type RestoreMode, type RestoreResult } from "../../shared/contract/checkpoints.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { FileSets } from "../file-sets/file-sets.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { CheckpointPlace, CheckpointRecord, CheckpointRepository } from "../store/checkpoints.ts";
import { asBefore } from "./as-before.ts";
import { asLeft } from "./as-left.ts";
import type { RunEdit } from "./edits-since.ts";
import { toRestored } from "./restore-outcome.ts";
import { Restores, type CutOffRestore } from "./restores.ts";
import type { CopyRef, SnapshotFailure, SnapshotStore } from "./snapshot-store.ts";
import { splitPatch } from "./split-patch.ts";

export type CheckpointsDeps = {
  rows: CheckpointRepository;
  snapshots: SnapshotStore;
  fileSets: FileSets;
  /** The session's working copy; null where the session isn't known. */
  copyOf: (sessionId: string) => CopyRef | null;
  /** Another worktree of the session's project; null where there is none in that folder. */
  worktreeOf: (sessionId: string, folder: string) => CopyRef | null;
  /** Where the checkpoints of a deleted session can be looked at: in its project; null where there is none. */
  removedCopyOf: (sessionId: string) => CopyRef | null;
  /** What the session's pending changes are measured against where git has its files now; null where that can't be told. */
  baselineOf: (sessionId: string) => Promise<string | null>;
  /** Paths that were applied or approved since then (milliseconds): the baseline has them, and git didn't bring them. */
  appliedSince: (sessionId: string, at: number) => Promise<readonly string[]>;
  /** The tree that the working copy was last known to have. */
  lastRevisionOf: (sessionId: string) => string | null;
  announce: (sessionId: string) => void;
  /** The working copy's content is this tree now; null: what was restored isn't known any more. */
  onRestored: (sessionId: string, tree: string, restored: CheckpointRecord | null) => void;
  clock: Clock;
  log: Log;
  failpoint?: ((label: string) => void) | undefined;
};

export type TakeOptions = {
  runId?: string;
  label?: string;
  tree?: string;
  of?: CheckpointPlace;
  /** The moment that the checkpoint is of, where that may have passed once it is taken; null if it hasn't. */
  moment?: () => number | null;
};
export type RecordOptions = TakeOptions & { skipped?: Checkpoint["skipped"]; restoredId?: string; restoreMode?: RestoreMode };
export type TakeFailure = SnapshotFailure | Failure<"SESSION_NOT_FOUND">;
type Kind = Checkpoint["kind"];

type RestoreCode = (typeof restoreCodes)[number];

const maxPatchBytes = 8 * 1024 * 1024;

/** Checkpoints of sessions: taken, listed, compared, restored. */
export class CheckpointsService {
  readonly #deps: CheckpointsDeps;
  readonly #restores: Restores;

  constructor(deps: CheckpointsDeps) {
    this.#deps = deps;
    this.#restores = new Restores({
      ...deps,
      folderOf: (sessionId, of) => this.#folderOf(sessionId, of),
      record: (sessionId, kind, options) => this.#record(sessionId, kind, options),
    });
  }

  take = async (sessionId: string, kind: Kind, options: TakeOptions = {}): Promise<Result<Checkpoint, TakeFailure>> => {
    const made = await this.#record(sessionId, kind, options);
    return made.ok ? ok(publicOf(made.value)) : made;
  };

  create = (sessionId: string, label?: string): Promise<Result<Checkpoint, TakeFailure>> =>
    this.take(sessionId, "manual", label === undefined ? {} : { label });

  /** Newest first. */
  list = (sessionId: string): Result<Checkpoint[], Failure<"SESSION_NOT_FOUND">> => {
    const list = this.#deps.rows.list(sessionId);
    if (list.length === 0 && !this.#deps.copyOf(sessionId))
      return failure("SESSION_NOT_FOUND", "This session isn't there any more");
    return ok(list.map(publicOf));
  };

  get = (id: string): Result<Checkpoint, Failure<"CHECKPOINT_NOT_FOUND">> => {
    const found = this.#deps.rows.find(id);
    return found ? ok(publicOf(found)) : notFound();
  };

  /** Files that differ from the checkpoint to another, or to the copy as it is. */
  diff = async (
    id: string,
    toId?: string,
  ): Promise<Result<FileDiff[], Failure<"CHECKPOINT_NOT_FOUND" | "WORKING_COPY_MISSING" | "GIT_FAILED">>> => {
    const { rows, snapshots } = this.#deps;
    const from = rows.find(id);
    const to = toId === undefined ? null : rows.find(toId);
    const copy = from && (this.#folderOf(from.sessionId, from) ?? this.#deps.removedCopyOf(from.sessionId));
    if (!from || !copy || (toId !== undefined && to?.sessionId !== from.sessionId)) return notFound();
    const end = to ? ok({ tree: to.revisionId }) : await snapshots.snapshot(copy);
    if (!end.ok) return forReading(end.error);
    const [changes, patch] = await Promise.all([
      snapshots.diff(copy, from.revisionId, end.value.tree),
      snapshots.patch(copy, from.revisionId, end.value.tree, [], maxPatchBytes),
    ]);
    if (!changes.ok) return forReading(changes.error);
    return patch.ok ? ok(splitPatch(changes.value, patch.value)) : forReading(patch.error);
  };

  /** Puts files back; `dryRun` only says which. What a person changed since is merged or left, and the state before is kept. */
  restore = async (
    id: string,
    options: { mode?: RestoreMode | undefined; dryRun: boolean },
  ): Promise<Result<RestoreResult, Failure<RestoreCode>>> => {
    const target = this.#deps.rows.find(id);
    if (!target) return notFound();
    const removed = this.#deps.copyOf(target.sessionId) ? null : this.#deps.removedCopyOf(target.sessionId);
    const restored = removed
      ? await restoreRemoved(this.#deps.snapshots, removed, target.revisionId, options)
      : await this.#restores.restore(target, { mode: options.mode ?? null, dryRun: options.dryRun });
    return restored.ok ? restored : limited(restored.error);
  };

  /** Into a worktree that was made again: the files as they were last. Null: nothing of them was kept. */
  restoreLatest = async (sessionId: string): Promise<Result<RestoreResult | null, Failure>> => {
    const newest = this.#deps.rows.list(sessionId).find(({ place }) => place === "working-copy");
    if (!newest) return ok(null);
    const last = await this.#lastSeen(newest);
    const trees = latestTrees(newest, last);
    let restored: Result<RestoreResult, Failure> = notFound();
    for (const revisionId of trees) {
      restored = await this.#restores.restore({ ...newest, revisionId }, { mode: "exact", dryRun: false });
      if (restored.ok) break;
    }
    return restored;
  };

  /** The trees before and after these runs, latest first; a run whose end was never kept isn't there. */
  runEdits = (sessionId: string, runIds: ReadonlySet<string>): RunEdit[] => {
    const newestFirst = this.#deps.rows.list(sessionId).filter(({ runId }) => runId !== null && runIds.has(runId));
    const before = new Map(newestFirst.filter(({ kind }) => kind === "before-run").map((row) => [row.runId, row.revisionId]));
    return newestFirst.flatMap(({ kind, runId, revisionId }) => {
      const start = before.get(runId);
      return kind === "after-run" && runId !== null && start !== undefined ? [{ runId, before: start, after: revisionId }] : [];
    });
  };

  /** What pending changes were measured against when the run began; null where that isn't known. */
  baselineBefore = (sessionId: string, runId: string): string | null =>
    this.#deps.rows.beforeRun(sessionId, runId)?.baselineTree ?? null;

  /** The tree that the run began with; null where that isn't known. */
  treeBefore = (sessionId: string, runId: string): string | null =>
    this.#deps.rows.beforeRun(sessionId, runId)?.revisionId ?? null;

  /** To be called once at start: ends the restores that a crash cut off, and says what came of each. */
  finishRestores = (): Promise<CutOffRestore[]> => this.#restores.finish();

  #folderOf(sessionId: string, { place, folder }: CheckpointPlace): CopyRef | null {
    if (place === "worktree") return folder === null ? null : this.#deps.worktreeOf(sessionId, folder);
    const copy = this.#deps.copyOf(sessionId);
    return copy && place === "checkout" ? { ...copy, copyId: "checkout", path: copy.projectPath } : copy;
  }

  /** The files as they were seen last; null where that isn't known, or can't be had any more. */
  async #lastSeen(newest: CheckpointRecord): Promise<string | null> {
    const last = this.#deps.lastRevisionOf(newest.sessionId);
    const copy = this.#folderOf(newest.sessionId, newest);
    if (last === null || copy === null) return last;
    const left = await asLeft(this.#deps.snapshots, copy, { known: newest.resultTree ?? newest.revisionId, last });
    return left.ok ? left.value : null;
  }

  /** What the checkpoint is of: the tree given, or the copy as it is or as it was at the moment. */
  async #treeFor(
    sessionId: string,
    copy: CopyRef,
    options: RecordOptions,
  ): Promise<Result<{ tree: string; skipped: Checkpoint["skipped"] }, SnapshotFailure>> {
    const { snapshots, lastRevisionOf, failpoint } = this.#deps;
    if (options.tree !== undefined) return ok({ tree: options.tree, skipped: options.skipped ?? [] });
    const known = lastRevisionOf(sessionId);
    const taken = await snapshots.snapshot(copy);
    failpoint?.("checkpoint-half");
    const moment = options.moment?.() ?? null;
    if (!taken.ok || moment === null || known === null) return taken;
    const tree = await asBefore(snapshots, copy, { tree: taken.value.tree, known, moment });
    return tree.ok ? ok({ tree: tree.value, skipped: taken.value.skipped }) : tree;
  }

  async #record(sessionId: string, kind: Kind, options: RecordOptions): Promise<Result<CheckpointRecord, TakeFailure>> {
    const { rows, snapshots, clock, announce } = this.#deps;
    const of = options.of ?? { place: "working-copy", folder: null };
    const copy = this.#folderOf(sessionId, of);
    if (!copy) return failure("SESSION_NOT_FOUND", "This session has no working copy");
    const taken = await this.#treeFor(sessionId, copy, options);
    if (!taken.ok) return taken;
    const { tree, skipped } = taken.value;
    const now = clock.now();
    const id = newId("chk", now);
    const kept = await snapshots.keep(copy, tree);
    if (!kept.ok) return kept;
    const baselineTree = of.place === "working-copy" ? await this.#deps.baselineOf(sessionId) : null;
    rows.insert({
      id,
      sessionId,
      kind,
      tree,
      skipped,
      ...of,
      runId: options.runId ?? null,
      label: options.label ?? null,
      commit: kept.value.commit,
      restoredId: options.restoredId ?? null,
      restoreMode: options.restoreMode ?? null,
      baselineTree,
      createdAt: now,
    });
    const made = rows.find(id);
    if (!made) throw new Error(`Checkpoint ${id} was not written`);
    announce(sessionId);
    return ok(made);
  }
}

/**
 * The likeliest first. What a run, a restore or a reject began with is older than what was seen of the files after it; what
 * a person kept, or was kept before a removal, is what is meant.
 */
function latestTrees({ kind, revisionId, resultTree }: CheckpointRecord, lastRevision: string | null): Set<string> {
  const isMeant = kind === "manual" || kind === "before-removal";
  const seen = isMeant ? [] : [lastRevision, resultTree].filter((tree) => tree !== null);
  return new Set([...seen, revisionId]);
}

/** What bringing a deleted session back would put there, beyond the project's commit; it has no folder to write to yet. */
async function restoreRemoved(
  snapshots: SnapshotStore,
  copy: CopyRef,
  tree: string,
  { dryRun }: { dryRun: boolean },
): Promise<Result<RestoreResult, Failure>> {
  if (!dryRun)
    return failure("SESSION_NOT_FOUND", "The session was deleted. Bring it back first: its files come with it, as they were.");
  const head = await snapshots.treeOf(copy, "HEAD");
  if (!head.ok) return head;
  const changes = await snapshots.diff(copy, head.value, tree, { renames: false });
  if (!changes.ok) return changes;
  return ok({
    mode: "exact",
    changed: changes.value.map(({ path }) => path),
    changes: changes.value.map(toRestored),
    ...{ conflicts: [], kept: [], checkpointBeforeId: null, notCovered: [] },
  });
}

function publicOf({
  place: _place,
  folder: _folder,
  restoredId: _restoredId,
  restoreMode: _restoreMode,
  baselineTree: _baselineTree,
  resultTree: _resultTree,
  ...checkpoint
}: CheckpointRecord): Checkpoint {
  return checkpoint;
}

function notFound(): { ok: false; error: Failure<"CHECKPOINT_NOT_FOUND"> } {
  return failure("CHECKPOINT_NOT_FOUND", "This checkpoint isn't there any more");
}

function forReading(error: SnapshotFailure): { ok: false; error: Failure<"WORKING_COPY_MISSING" | "GIT_FAILED"> } {
  return failure(error.code === "WORKING_COPY_MISSING" ? error.code : "GIT_FAILED", error.message);
}

function limited(error: Failure): { ok: false; error: Failure<RestoreCode> } {
  return failure(
    restoreCodes.find((code) => code === error.code) ?? "GIT_FAILED",
    error.message,
    error.data ? { data: error.data } : {},
  );
}
