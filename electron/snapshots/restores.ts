import type { Checkpoint, RestoreMode, RestoreResult } from "../../shared/contract/checkpoints.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { whyNotCovered, type NotCovered } from "../../shared/not-covered.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { FileSetJob, SetFacts, SetOwner } from "../file-sets/file-sets.ts";
import type { CheckpointPlace, CheckpointRecord } from "../store/checkpoints.ts";
import type { JournalEntry } from "../store/journal-entry.ts";
import type { CheckpointsDeps, RecordOptions, TakeFailure } from "./checkpoints.ts";
import { editsSince, modeOf } from "./edits-since.ts";
import { broughtSince, outcomeOf } from "./restore-outcome.ts";
import { filesToRestore, restoreWords } from "./plan-restore.ts";
import type { CopyRef, Taken } from "./snapshot-store.ts";

export type RestoresDeps = Omit<CheckpointsDeps, "copyOf" | "removedCopyOf" | "failpoint"> & {
  folderOf: (sessionId: string, of: CheckpointPlace) => CopyRef | null;
  record: (sessionId: string, kind: "before-restore", options: RecordOptions) => Promise<Result<CheckpointRecord, TakeFailure>>;
};

/** What was written, or would be, and what is in the way. */
type Carried = Pick<RestoreResult, "changed" | "conflicts" | "checkpointBeforeId"> & {
  copy: CopyRef;
  entries: readonly JournalEntry[];
};

type Looked = {
  now: Taken;
  notCovered: NotCovered[];
  mode: RestoreMode;
  brought: ReadonlySet<string>;
  /** What an exact restore mostly comes to, with its counts, is found out while files are written: known once this ends. */
  counted: Promise<unknown>;
};

export type CutOffRestore = {
  sessionId: string;
  checkpointBeforeId: string;
  result: Result<Pick<RestoreResult, "changed" | "conflicts">, Failure>;
};

/**
 * Puts a folder's files back to a checkpoint, each whole or not at all: what a person changed since is merged or left,
 * and told. The checkpoint taken before it is what undoes it.
 */
export class Restores {
  readonly #deps: RestoresDeps;
  readonly #owner: SetOwner;

  constructor(deps: RestoresDeps) {
    this.#deps = deps;
    this.#owner = {
      kinds: ["restore"],
      rules: { linksOut: true, whole: false, words: restoreWords },
      rootOf: (row) => {
        const before = deps.rows.find(row.subjectId ?? "");
        return before && deps.folderOf(before.sessionId, before);
      },
      done: async (row, root) => {
        const settled = await this.#settle(row.subjectId ?? "", root);
        if (settled.ok) await deps.fileSets.release(row, root, "done");
        return settled;
      },
      undone: (row) => {
        const before = deps.rows.find(row.subjectId ?? "");
        if (before) deps.rows.setResult(before.id, before.revisionId);
      },
    };
  }

  async restore(
    target: CheckpointRecord,
    { mode: asked, dryRun }: { mode: RestoreMode | null; dryRun: boolean },
  ): Promise<Result<RestoreResult, Failure>> {
    const { rows, snapshots, record } = this.#deps;
    let looked: Looked | null = null;
    let beforeId: string | null = null;
    const done = await this.#carryOut(target, {
      dryRun,
      want: async (copy) => {
        const now = await snapshots.snapshot(copy);
        if (!now.ok) return now;
        const uncovered = await snapshots.notCovered(copy, now.value);
        if (!uncovered.ok) return uncovered;
        const edits = editsSince(rows.list(target.sessionId), target, now.value.tree);
        const brought = await this.#broughtSince(target, copy);
        if (!brought.ok) return brought;
        const mode = modeOf(asked, target, { edits, gitBrought: brought.value.size > 0 });
        const isExact = mode === "exact";
        const counted = Promise.allSettled([
          isExact ? snapshots.diff(copy, now.value.tree, target.revisionId, { renames: false }) : null,
        ]);
        looked = { now: now.value, notCovered: uncovered.value, mode, brought: brought.value, counted };
        return filesToRestore(snapshots, copy, {
          ...{ current: now.value.tree, target: target.revisionId, mode, edits },
          leftOut: { atTarget: pathsOf(target.skipped), now: pathsOf(now.value.skipped) },
        });
      },
      prepare: async ({ entries }) => {
        if (entries.length === 0 || !looked) return ok(null);
        const { now, mode } = looked;
        const { place, folder } = target;
        const how = { of: { place, folder }, restoredId: target.id, restoreMode: mode };
        const before = await record(target.sessionId, "before-restore", { ...now, ...how });
        if (before.ok) beforeId = before.value.id;
        return before.ok ? ok(factsOf(before.value)) : before;
      },
    });
    if (!done.ok) return beforeId === null ? done : withWayBack(done.error, beforeId);
    return looked ? this.#tell(target, looked, done.value) : failure("GIT_FAILED", "Nothing was looked at");
  }

  async #tell(
    target: CheckpointRecord,
    { now, notCovered, mode, brought, counted }: Looked,
    { copy, entries, changed, conflicts, checkpointBeforeId }: Carried,
  ): Promise<Result<RestoreResult, Failure>> {
    const { snapshots } = this.#deps;
    const written = new Set(changed);
    const done = entries.filter(({ path }) => written.has(path));
    await counted;
    const told = await outcomeOf({ snapshots, copy }, { target, mode, now: now.tree, brought }, { entries: done, conflicts });
    if (!told.ok) return told;
    return ok(withUncovered({ ...told.value, mode, changed, conflicts, checkpointBeforeId, notCovered }, notCovered));
  }

  async #broughtSince(target: CheckpointRecord, copy: CopyRef): Promise<Result<ReadonlySet<string>, Failure>> {
    const { snapshots, baselineOf, appliedSince } = this.#deps;
    const { sessionId, place, createdAt } = target;
    const baselineTree = place === "working-copy" ? await baselineOf(sessionId) : null;
    const applied = await appliedSince(sessionId, Date.parse(createdAt));
    return broughtSince({ snapshots, copy }, { target, baselineTree, applied });
  }

  /** Ends the restores that an earlier core was writing; files that are as they were are written, others are left and told. */
  async finish(): Promise<CutOffRestore[]> {
    const { rows, fileSets, log } = this.#deps;
    const finished: CutOffRestore[] = [];
    for (const { row, outcome, result } of await fileSets.recover(this.#owner)) {
      if (outcome === "undone") continue;
      const checkpointBeforeId = row.subjectId ?? "";
      finished.push({ sessionId: row.sessionId, checkpointBeforeId, result });
    }
    const recovered = new Set(finished.map((one) => one.checkpointBeforeId));
    for (const before of rows.listCutOff().filter(({ id }) => !recovered.has(id))) {
      const result = await this.#beginAgain(before);
      finished.push({ sessionId: before.sessionId, checkpointBeforeId: before.id, result });
    }
    for (const { sessionId, result } of finished)
      if (!result.ok) log.warn("restore.finish.failed", { code: result.error.code, sessionId });
    return finished;
  }

  /** A restore that has its checkpoint and nothing in the journal: cut off before it, or by a Hearth that had none for it. */
  async #beginAgain(before: CheckpointRecord): Promise<Result<Carried, Failure>> {
    const { rows, snapshots } = this.#deps;
    const target = before.restoredId === null ? null : rows.find(before.restoredId);
    if (!target) return failure("CHECKPOINT_NOT_FOUND", "What was being restored isn't there any more");
    const all = rows.list(before.sessionId);
    const older = all.slice(all.findIndex((row) => row.id === before.id) + 1);
    const edits = editsSince(older, target, before.revisionId);
    const mode = modeOf(before.restoreMode, target, { edits, gitBrought: false });
    return this.#carryOut(before, {
      dryRun: false,
      want: (copy) =>
        filesToRestore(snapshots, copy, {
          ...{ current: before.revisionId, target: target.revisionId, mode, edits },
          leftOut: { atTarget: pathsOf(target.skipped), now: pathsOf(before.skipped) },
        }),
      prepare: () => Promise.resolve(ok(factsOf(before))),
    });
  }

  async #carryOut(
    of: CheckpointRecord,
    job: Pick<FileSetJob, "dryRun" | "prepare"> & { want(copy: CopyRef): ReturnType<FileSetJob["want"]> },
  ): Promise<Result<Carried, Failure>> {
    const { sessionId, folder } = of;
    const root = this.#deps.folderOf(sessionId, of);
    if (!root && folder !== null) return failure("WORKING_COPY_MISSING", `${folder} isn't a worktree of this project any more`);
    if (!root) return failure("SESSION_NOT_FOUND", "This session has no working copy");
    const { dryRun, prepare } = job;
    const want = (): ReturnType<FileSetJob["want"]> => job.want(root);
    const done = await this.#deps.fileSets.carryOut({
      kind: "restore",
      owner: this.#owner,
      sessionId,
      root,
      dryRun,
      want,
      prepare,
    });
    if (!done.ok) return done;
    const { plan, written, checkpointId } = done.value;
    const changed = written?.changed ?? plan.entries.map((entry) => entry.path);
    const conflicts = [...plan.conflicts, ...(written?.conflicts ?? [])];
    return ok({ copy: root, entries: plan.entries, changed, conflicts, checkpointBeforeId: checkpointId });
  }

  /** The folder as it came out is kept, and is what the restore's result is. */
  async #settle(beforeId: string, root: CopyRef): Promise<Result<null, Failure>> {
    const { rows, snapshots, announce, onRestored } = this.#deps;
    const before = rows.find(beforeId);
    if (!before) return ok(null);
    const after = await snapshots.snapshot(root);
    if (!after.ok) return after;
    const kept = await snapshots.keep(root, after.value.tree);
    if (!kept.ok) return kept;
    rows.setResult(before.id, after.value.tree);
    const restored = before.restoredId === null ? null : rows.find(before.restoredId);
    if (before.place === "working-copy") onRestored(before.sessionId, after.value.tree, restored);
    announce(before.sessionId);
    return ok(null);
  }
}

function factsOf(before: CheckpointRecord): SetFacts & { checkpointId: string } {
  return { checkpointId: before.id, subjectId: before.id, baselineBefore: null, baselineAfter: null };
}

/** A restore that could be neither done nor taken back whole: its files are in the checkpoint before it. */
function withWayBack({ code, message, data }: Failure, checkpointBeforeId: string): { ok: false; error: Failure } {
  return failure(code, `${message} The checkpoint that was taken before it has the files as they were.`, {
    data: { ...data, checkpointBeforeId },
  });
}

/** Whole repositories inside are told with what stays as it is: nobody can say that nothing was done in them. */
function withUncovered(result: RestoreResult, notCovered: NotCovered[]): RestoreResult {
  const insides = notCovered.filter(({ why }) => why === "submodule" || why === "repository");
  const left = insides.map((one) => ({ path: one.path, reason: `Not covered: ${whyNotCovered(one)}.` }));
  return { ...result, conflicts: [...result.conflicts, ...left], notCovered };
}

function pathsOf(skipped: Checkpoint["skipped"]): string[] {
  return skipped.map((file) => file.path);
}
