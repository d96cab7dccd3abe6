import type { FileDiff } from "../../shared/contract/changes.ts";
import type { Checkpoint, RestoreResult } from "../../shared/contract/checkpoints.ts";
import { failure, type ErrorCode, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Log } from "../lib/log.ts";
import type { CheckpointRecord, CheckpointRepository, Place } from "../store/checkpoints.ts";
import { planRestore, type RestorePlan } from "./plan-restore.ts";
import { stepsSince } from "./restore-steps.ts";
import type { CopyRef, SnapshotFailure, SnapshotStore } from "./snapshot-store.ts";
import { splitPatch } from "./split-patch.ts";
import { writeRestore } from "./write-restore.ts";

export type CheckpointsDeps = {
  rows: CheckpointRepository;
  snapshots: SnapshotStore;
  /** The session's working copy; null where the session isn't known. */
  copyOf(sessionId: string): CopyRef | null;
  /** Keeps runs out of the folder until the answered function is called; null while one is in it. */
  lease(copy: CopyRef): (() => void) | null;
  announce(sessionId: string): void;
  /** The working copy's content is this tree now. */
  onRestored(sessionId: string, tree: string): void;
  clock: Clock;
  log: Log;
  failpoint?: (label: string) => void;
};

export type TakeOptions = { runId?: string; label?: string; tree?: string; of?: Place };
type RecordOptions = TakeOptions & { skipped?: Checkpoint["skipped"]; restoredId?: string };
export type TakeFailure = SnapshotFailure | Failure<"SESSION_NOT_FOUND">;
type RestoreCode =
  | "CHECKPOINT_NOT_FOUND"
  | "SESSION_NOT_FOUND"
  | "WORKING_COPY_MISSING"
  | "WORKING_COPY_BUSY"
  | "PATH_REFUSED"
  | "CHECKPOINT_FAILED"
  | "GIT_FAILED"
  | "DISK_FULL";

export type CheckpointsService = ReturnType<typeof createCheckpointsService>;

const maxPatchBytes = 8 * 1024 * 1024;

/** Checkpoints of sessions: taken, listed, compared, restored. Restores of one session go one after the other. */
export function createCheckpointsService(deps: CheckpointsDeps) {
  const { rows, snapshots } = deps;
  const restoring = new KeyedQueue();
  const failpoint = deps.failpoint ?? (() => {});

  function place(sessionId: string, of: Place): CopyRef | null {
    const copy = deps.copyOf(sessionId);
    return copy && of === "checkout" ? { ...copy, copyId: "checkout", path: copy.projectPath } : copy;
  }

  async function record(
    sessionId: string,
    kind: Checkpoint["kind"],
    options: RecordOptions,
  ): Promise<Result<CheckpointRecord, TakeFailure>> {
    const of = options.of ?? "working-copy";
    const copy = place(sessionId, of);
    if (!copy) return failure("SESSION_NOT_FOUND", "This session has no working copy");
    const taken =
      options.tree === undefined
        ? await snapshots.snapshot(copy, { likelySame: kind === "before-run" })
        : ok({ tree: options.tree, skipped: options.skipped ?? [] });
    if (!taken.ok) return taken;
    failpoint("checkpoint-half");
    const { tree, skipped } = taken.value;
    const now = deps.clock.now();
    const id = newId("chk", now);
    const kept = await snapshots.keep(copy, tree);
    if (!kept.ok) return kept;
    rows.insert({
      id,
      sessionId,
      kind,
      tree,
      skipped,
      place: of,
      runId: options.runId ?? null,
      label: options.label ?? null,
      commit: kept.value.commit,
      restoredId: options.restoredId ?? null,
      createdAt: now,
    });
    const made = rows.find(id);
    if (!made) throw new Error(`Checkpoint ${id} was not written`);
    deps.announce(sessionId);
    return ok(made);
  }

  async function take(
    sessionId: string,
    kind: Checkpoint["kind"],
    options: TakeOptions = {},
  ): Promise<Result<Checkpoint, TakeFailure>> {
    const made = await record(sessionId, kind, options);
    return made.ok ? ok(publicOf(made.value)) : made;
  }

  async function restoreFiles(target: CheckpointRecord, dryRun: boolean): Promise<Result<RestoreResult, Failure<RestoreCode>>> {
    const copy = place(target.sessionId, target.place);
    if (!copy) return failure("SESSION_NOT_FOUND", "This session has no working copy");
    const end = deps.lease(copy);
    if (!end) return failure("WORKING_COPY_BUSY", "An agent is at work in these files: stop it, or wait until it is done");
    try {
      return await restoreInto(copy, target, dryRun);
    } finally {
      end();
    }
  }

  async function restoreInto(
    copy: CopyRef,
    target: CheckpointRecord,
    dryRun: boolean,
  ): Promise<Result<RestoreResult, Failure<RestoreCode>>> {
    const current = await snapshots.snapshot(copy);
    if (!current.ok) return current;
    const plan = await planRestore(snapshots, copy, {
      current: current.value.tree,
      target: target.revisionId,
      steps: stepsSince(rows.list(target.sessionId), target),
      leftOut: { atTarget: pathsOf(target.skipped), now: pathsOf(current.value.skipped) },
    });
    if (!plan.ok) return plan;
    const { entries, conflicts } = plan.value;
    if (dryRun || entries.length === 0)
      return ok({ changed: entries.map((entry) => entry.path), conflicts, checkpointBeforeId: null });

    const before = await record(target.sessionId, "before-restore", {
      ...current.value,
      of: target.place,
      restoredId: target.id,
    });
    if (!before.ok) return before;
    return write(before.value, copy, plan.value);
  }

  async function write(
    before: CheckpointRecord,
    copy: CopyRef,
    plan: RestorePlan,
  ): Promise<Result<RestoreResult, Failure<RestoreCode>>> {
    const written = await writeRestore({ snapshots, failpoint }, copy, plan.entries);
    // What came of it is the new state even if the disk filled up halfway.
    const after = await snapshots.snapshot(copy);
    if (after.ok) {
      const kept = await snapshots.keep(copy, after.value.tree);
      if (!kept.ok) return kept;
      rows.setResult(before.id, after.value.tree);
      if (before.place === "working-copy") deps.onRestored(before.sessionId, after.value.tree);
    }
    deps.announce(before.sessionId);
    if (!written.ok) return limited(written.error);
    return ok({
      changed: written.value.changed,
      conflicts: [...plan.conflicts, ...written.value.conflicts],
      checkpointBeforeId: before.id,
    });
  }

  /** Ends what a restore that was cut off had begun: files that are as they were are written, others are left and told. */
  async function finishOne(before: CheckpointRecord): Promise<Result<RestoreResult, Failure<RestoreCode>>> {
    const copy = place(before.sessionId, before.place);
    const target = before.restoredId === null ? null : rows.find(before.restoredId);
    if (!copy || !target) return failure("CHECKPOINT_NOT_FOUND", "What was being restored isn't there any more");
    const all = rows.list(before.sessionId);
    const older = all.slice(all.findIndex((row) => row.id === before.id) + 1);
    const plan = await planRestore(snapshots, copy, {
      current: before.revisionId,
      target: target.revisionId,
      steps: stepsSince(older, target),
      leftOut: { atTarget: pathsOf(target.skipped), now: pathsOf(before.skipped) },
    });
    return plan.ok ? write(before, copy, plan.value) : plan;
  }

  return {
    take,
    create: (sessionId: string, label?: string) => take(sessionId, "manual", label === undefined ? {} : { label }),
    /** Newest first. */
    list(sessionId: string): Result<Checkpoint[], Failure<"SESSION_NOT_FOUND">> {
      const list = rows.list(sessionId);
      if (list.length === 0 && !deps.copyOf(sessionId)) return failure("SESSION_NOT_FOUND", "This session isn't there any more");
      return ok(list.map(publicOf));
    },
    get(id: string): Result<Checkpoint, Failure<"CHECKPOINT_NOT_FOUND">> {
      const found = rows.find(id);
      return found ? ok(publicOf(found)) : notFound();
    },
    /** Files that differ from the checkpoint to another, or to the copy as it is. */
    async diff(
      id: string,
      toId?: string,
    ): Promise<Result<FileDiff[], Failure<"CHECKPOINT_NOT_FOUND" | "WORKING_COPY_MISSING" | "GIT_FAILED">>> {
      const from = rows.find(id);
      const to = toId === undefined ? null : rows.find(toId);
      const copy = from && place(from.sessionId, from.place);
      if (!from || !copy || (toId !== undefined && to?.sessionId !== from.sessionId)) return notFound();
      const end = to ? ok({ tree: to.revisionId }) : await snapshots.snapshot(copy);
      if (!end.ok) return forReading(end.error);
      const [changes, patch] = await Promise.all([
        snapshots.diff(copy, from.revisionId, end.value.tree),
        snapshots.patch(copy, from.revisionId, end.value.tree, [], maxPatchBytes),
      ]);
      if (!changes.ok) return forReading(changes.error);
      return patch.ok ? ok(splitPatch(changes.value, patch.value)) : forReading(patch.error);
    },
    /** Puts files back; `dryRun` only says which. What a person changed since is merged or left, and the state before is kept. */
    async restore(id: string, options: { dryRun: boolean }): Promise<Result<RestoreResult, Failure<RestoreCode>>> {
      const target = rows.find(id);
      if (!target) return notFound();
      return restoring.run(target.sessionId, () => restoreFiles(target, options.dryRun));
    },
    /** To be called once at start: ends the restores that a crash cut off, and says what came of each. */
    async finishRestores(): Promise<{ sessionId: string; checkpointBeforeId: string; result: Result<RestoreResult, Failure> }[]> {
      const finished = [];
      for (const before of rows.listCutOff()) {
        const result = await restoring.run(before.sessionId, () => finishOne(before));
        if (!result.ok) deps.log.warn("restore.finish.failed", { code: result.error.code, sessionId: before.sessionId });
        finished.push({ sessionId: before.sessionId, checkpointBeforeId: before.id, result });
      }
      return finished;
    },
  };
}

function pathsOf(skipped: Checkpoint["skipped"]): string[] {
  return skipped.map((file) => file.path);
}

function publicOf({
  place: _place,
  restoredId: _restoredId,
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

const restoreCodes = [
  "WORKING_COPY_MISSING",
  "PATH_REFUSED",
  "CHECKPOINT_FAILED",
  "GIT_FAILED",
  "DISK_FULL",
] as const satisfies readonly ErrorCode[];

function limited(error: Failure): { ok: false; error: Failure<RestoreCode> } {
  return failure(
    restoreCodes.find((code) => code === error.code) ?? "GIT_FAILED",
    error.message,
    error.data ? { data: error.data } : {},
  );
}
