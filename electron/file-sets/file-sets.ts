import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Log } from "../lib/log.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { ChangesRepository, FileSetKind, FileSetRow } from "../store/changes.ts";
import { savePermissions } from "./content.ts";
import { clearAway, finishWhole, nothingBefore, writeEach, writeWhole, type JournalDeps, type Written } from "./journal.ts";
import { readAhead } from "./set-writer.ts";
import { planFileSet, type Conflict, type FileSetPlan, type LookedPlan, type PlanRules, type Target } from "./plan.ts";
import { nextTurn } from "../lib/slices.ts";

export type FileSetsDeps = {
  rows: Pick<ChangesRepository, "addSet" | "setState" | "unfinishedSets">;
  snapshots: SnapshotStore;
  /** Keeps runs, and other work on files, out of a folder until the returned function is called; null while one is in it. */
  lease(copy: CopyRef): (() => void) | null;
  clock: Clock;
  log: Log;
  /** Called at labelled steps, so that tests can end the process there. */
  failpoint?: ((label: string) => void) | undefined;
};

/** What is written down of a set besides its files. `subjectId`: see `FileSetRow`. */
export type SetFacts = Pick<FileSetRow, "baselineBefore" | "baselineAfter" | "subjectId"> & Partial<Pick<FileSetRow, "place">>;
/** `checkpointId` is null where none was taken. */
export type Prepared = SetFacts & { checkpointId: string | null };

/** Whoever has sets of some kinds written: where, and what follows. Its part of a recovery is the same. */
export type SetOwner = {
  kinds: readonly FileSetKind[];
  rules: PlanRules;
  /** The folder of a set that an earlier core wrote; null where it isn't known any more. */
  rootOf(row: FileSetRow): CopyRef | null;
  /** What follows from a set that is written. May be done again after a crash: every step says what is, not what changes. */
  done(row: FileSetRow, root: CopyRef): Promise<Result<null, Failure>>;
  /** Nothing of a set that isn't whole could be written, or what was is taken back. */
  undone?(row: FileSetRow): void;
};

/** One change of a working tree: what is wanted, found out once nobody else may write there. */
export type FileSetJob = {
  kind: FileSetKind;
  sessionId: string;
  owner: SetOwner;
  /** Where files are written. */
  root: CopyRef;
  /** Another copy that is read, and kept still meanwhile. */
  source?: CopyRef;
  dryRun: boolean;
  want(): Promise<Result<{ targets: Target[]; conflicts?: Conflict[] }, Failure>>;
  /** Before the first byte: keeps a checkpoint, and says what the set's row shall know. Null: nothing is to be done. */
  prepare(plan: FileSetPlan): Promise<Result<Prepared | null, Failure>>;
};

/** `written` is null where nothing was: a dry run, nothing to do, or a conflict in a set that is whole or not at all. */
export type FileSetOutcome = {
  /** The set's id, where it was written. */
  id: string | null;
  plan: FileSetPlan;
  written: Written | null;
  checkpointId: string | null;
};

export type RecoveredSet = { row: FileSetRow; outcome: "done" | "undone" | "left"; result: Result<Written, Failure> };

/**
 * The one writer of working trees. Whatever changes files of a session's copy or of a project's checkout goes through
 * here: everyone else is kept out, the change is planned against what is there, and written through the journal, which
 * a next start ends. Owns the leases it takes, until the work they are for has ended.
 */
export class FileSets {
  readonly #deps: FileSetsDeps;
  readonly #journal: JournalDeps;
  readonly #queue = new KeyedQueue();

  constructor(deps: FileSetsDeps) {
    this.#deps = deps;
    this.#journal = { snapshots: deps.snapshots, log: deps.log, failpoint: deps.failpoint ?? (() => {}) };
  }

  /** One writer per project: two sessions must not write to one checkout at once. */
  alone<T>(projectId: string, work: () => Promise<T>): Promise<T> {
    return this.#queue.run(projectId, work);
  }

  /** Alone, and with no run in any of the folders: none begins on half of what is written. */
  exclusively<T>(copies: readonly CopyRef[], work: () => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
    const [first] = copies;
    return this.alone(first?.projectId ?? "", async () => {
      const ends: (() => void)[] = [];
      try {
        for (const copy of copies) {
          const end = this.#deps.lease(copy);
          if (!end) return busy(copy);
          ends.push(end);
        }
        return await work();
      } finally {
        for (const end of ends.toReversed()) end();
      }
    });
  }

  /** Plans and writes one change; what it is for (baseline, reviews, a checkpoint's result) is done with it. */
  carryOut(job: FileSetJob): Promise<Result<FileSetOutcome, Failure>> {
    const copies = job.source && job.source.copyId !== job.root.copyId ? [job.source, job.root] : [job.root];
    return this.exclusively(copies, () => this.#carryOutAlone(job));
  }

  async #carryOutAlone(job: FileSetJob): Promise<Result<FileSetOutcome, Failure>> {
    const { root, owner, dryRun } = job;
    const wanted = await job.want();
    if (!wanted.ok) return wanted;
    const { snapshots } = this.#deps;
    const planned = await planFileSet({ snapshots, root, rules: owner.rules }, wanted.value.targets);
    if (!planned.ok) return planned;
    const plan = { ...planned.value, conflicts: [...(wanted.value.conflicts ?? []), ...planned.value.conflicts] };
    const untouched = { id: null, plan, written: null, checkpointId: null };
    if (dryRun || (owner.rules.whole && plan.conflicts.length > 0)) return ok(untouched);
    const facts = await job.prepare(plan);
    if (!facts.ok) return facts;
    if (!facts.value) return ok(untouched);
    const saved = await savePermissions(snapshots, { from: job.source ?? null, to: root }, plan.entries);
    if (!saved.ok) return saved;
    const { checkpointId, ...rest } = facts.value;
    const id = newId("app", this.#deps.clock.now());
    const written = await this.#write(job, { ...rest, id }, plan);
    return written.ok ? ok({ id, plan, written: written.value, checkpointId }) : written;
  }

  /** Every content of the set is kept under its id, so that no clean-up takes one away. */
  async hold({ id, entries }: Pick<FileSetRow, "id" | "entries">, root: CopyRef): Promise<Result<null, Failure>> {
    const { snapshots } = this.#deps;
    const oids = new Set(entries.flatMap(({ before, after }) => [before, after]).flatMap((side) => (side ? [side.oid] : [])));
    await nextTurn();
    const tree = await snapshots.treeOfBlobs(root, oids);
    return tree.ok ? snapshots.hold(root, id, tree.value) : tree;
  }

  /** Lets the contents of a set go, whose state is `state` from now on. */
  async release(row: Pick<FileSetRow, "id">, root: CopyRef, state: FileSetRow["state"]): Promise<void> {
    await this.#deps.rows.setState(row.id, state);
    const forgotten = await this.#deps.snapshots.forget(root, row.id);
    // A ref too many costs room, nothing else; the store's own limit takes it in the end.
    if (!forgotten.ok) this.#deps.log.warn("file-set.release.failed", { id: row.id, code: forgotten.error.code });
  }

  /**
   * Ends the sets of an owner that an earlier core was writing when it died. Call before anyone else may touch the folders.
   * A set on a branch that is checked out nowhere has no folder, so nothing of it is ever written here.
   */
  async recover(owner: SetOwner): Promise<RecoveredSet[]> {
    const recovered: RecoveredSet[] = [];
    const ours = (row: FileSetRow): boolean => owner.kinds.includes(row.kind) && row.place?.kind !== "branch";
    for (const row of (await this.#deps.rows.unfinishedSets()).filter(ours)) {
      const root = owner.rootOf(row);
      const found = root
        ? await this.exclusively([root], async () => ok(await this.#recoverOne(owner, row, root)))
        : failure("WORKING_COPY_MISSING", "The folder isn't there any more");
      const one = found.ok ? found.value : { row, outcome: "left" as const, result: found };
      this.#deps.log.info("file-set.recovered", { id: row.id, kind: row.kind, outcome: one.outcome });
      recovered.push(one);
    }
    return recovered;
  }

  async #write(
    job: FileSetJob,
    facts: SetFacts & { id: string },
    { entries, seen }: LookedPlan,
  ): Promise<Result<Written, Failure>> {
    const { rows, snapshots, clock } = this.#deps;
    const { kind, sessionId, root, owner } = job;
    const createdAt = clock.now();
    const row: FileSetRow = {
      place: null,
      ...facts,
      sessionId,
      kind,
      state: "planned",
      entries,
      createdAt,
      committed: false,
    };
    const before = { seen, ahead: readAhead(snapshots, root, entries) };
    const held = await this.hold(row, root);
    if (!held.ok) return held;
    await rows.addSet(row);
    this.#journal.failpoint(`${kind}:planned`);
    await rows.setState(row.id, "writing");
    snapshots.noteWritten(root);
    if (!owner.rules.whole) return this.#writeEach(owner, row, root, { torn: false, ...before });
    const written = await writeWhole(this.#journal, root, row, before);
    if (written.ok) {
      const done = await owner.done(row, root);
      return done.ok ? written : done;
    }
    if (written.undone) await this.release(row, root, "undone");
    return written;
  }

  /** What came of it is the new state also where it ended halfway and not all could be put back. */
  async #writeEach(
    owner: SetOwner,
    row: FileSetRow,
    root: CopyRef,
    options: Parameters<typeof writeEach>[3],
  ): Promise<Result<Written, Failure>> {
    const written = await writeEach(this.#journal, root, row, options);
    if (!written.ok && written.undone) {
      await this.release(row, root, "undone");
      owner.undone?.(row);
      return written;
    }
    const done = await owner.done(row, root);
    return done.ok || !written.ok ? written : done;
  }

  async #recoverOne(owner: SetOwner, row: FileSetRow, root: CopyRef): Promise<RecoveredSet> {
    const none: Written = { changed: [], conflicts: [] };
    if (row.state === "planned") {
      await this.release(row, root, "undone");
      return { row, outcome: "undone", result: ok(none) };
    }
    const cleared = await clearAway(this.#journal, root, row);
    if (!cleared.ok) return { row, outcome: "left", result: cleared };
    if (!owner.rules.whole) {
      const result = await this.#writeEach(owner, row, root, { torn: true, ...nothingBefore });
      return { row, outcome: result.ok ? "done" : "left", result };
    }
    const finished = await finishWhole(this.#journal, root, row);
    if (finished.ok && finished.value === "undone") await this.release(row, root, "undone");
    const done = finished.ok && finished.value === "done" ? await owner.done(row, root) : finished;
    if (!finished.ok || !done.ok) return { row, outcome: "left", result: done.ok ? ok(none) : done };
    return { row, outcome: finished.value, result: ok(none) };
  }
}

function busy(copy: CopyRef): { ok: false; error: Failure<"WORKING_COPY_BUSY"> } {
  const isCheckout = copy.copyId.startsWith("checkout");
  return failure(
    "WORKING_COPY_BUSY",
    isCheckout
      ? `An agent is at work in ${copy.path}, which isn't this session's own. Wait until its run has ended, or stop it.`
      : "An agent is at work in this working copy. Wait until its run has ended, or stop it.",
    { data: { folder: copy.path } },
  );
}
