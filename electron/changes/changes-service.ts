import { existsSync } from "node:fs";
import type { PlaceChoice } from "../../shared/apply-place.ts";
import {
  applyCodes,
  listCodes,
  rejectCodes,
  reviewCodes,
  type ApplyResult,
  type FileDiff,
  type PendingChange,
  type RejectResult,
} from "../../shared/contract/changes.ts";
import { isChangeAt } from "../../shared/change-paths.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { recoverChanges, setOwner } from "./after-set.ts";
import { applyToPlace, approveInPlace, movedOver, type Applied, type ApplyJob, type Chosen } from "./apply.ts";
import { checkoutMissing, compare, lookNow, select, type Current, type Seen, type WantedChanges } from "./current.ts";
import { diffOf, patchText, picturesOf, type Pictures } from "./diff-of.ts";
import { nextTurn } from "../lib/slices.ts";
import { fillPointers } from "./fill-pointers.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import { missingFrom } from "./entangled.ts";
import { nestedWorkOfRun, uncoveredEntries } from "./nested-work.ts";
import { contentOf } from "./pending.ts";
import { LastLook } from "./last-look.ts";
import { listPlaces } from "./places.ts";
import { within, type VerbResult, type ChangesDeps, type SessionCopy } from "./ports.ts";
import { rejectChanges } from "./reject.ts";
import { revertApplied } from "./revert.ts";
import { workOfRun } from "./work-of-run.ts";

const placesCodes = ["SESSION_NOT_FOUND", "PROJECT_PATH_MISSING", "GIT_FAILED"] as const;
type Places = { places: PlaceChoice[]; more: boolean };
type Selection = { paths?: string[] | undefined };

/**
 * What a session's working copy has beyond its baseline, and the ways it is reviewed and brought to the project's
 * checkout. Whatever writes files is done by the one writer of working trees; looking goes on meanwhile.
 */
export class ChangesService {
  readonly #deps: ChangesDeps;
  /** What pages last heard of, by session: trees of the baseline and of the files. */
  readonly #told = new Map<string, string>();
  readonly #lastLook = new LastLook();

  constructor(deps: ChangesDeps) {
    this.#deps = deps;
  }

  list = async (
    sessionId: string,
    options: { diff: boolean; path?: string | undefined },
  ): VerbResult<PendingChange[], (typeof listCodes)[number]> => {
    const current = await this.#look(sessionId);
    if (!current.ok) return within(listCodes, "GIT_FAILED", current.error);
    const listed = options.diff ? await patchText(this.#deps, current.value) : ok(current.value.changes);
    if (!listed.ok) return within(listCodes, "GIT_FAILED", listed.error);
    const all = [...listed.value, ...(await uncoveredEntries(this.#deps, sessionId, current.value))];
    return ok(all.filter((change) => isChangeAt(change, options.path ?? "")));
  };

  diff = async (sessionId: string, path: string): VerbResult<FileDiff, (typeof reviewCodes)[number]> => {
    const known = await this.#lastLook.diff(this.#deps, sessionId, path);
    if (known?.ok) return known;
    const current = await this.#look(sessionId);
    if (!current.ok) return within(reviewCodes, "GIT_FAILED", current.error);
    const diff = await diffOf(this.#deps, current.value, path);
    return diff.ok ? diff : within(reviewCodes, "GIT_FAILED", diff.error);
  };

  pictures = async (sessionId: string, path: string): VerbResult<Pictures, (typeof reviewCodes)[number]> => {
    const current = await this.#look(sessionId);
    const pictures = current.ok ? await picturesOf(this.#deps, current.value, path) : current;
    return pictures.ok ? pictures : within(reviewCodes, "GIT_FAILED", pictures.error);
  };

  /** Marks as seen and wanted; `undo` takes the mark off. In place there is nothing to apply: approving moves the baseline. */
  approve = async (
    sessionId: string,
    options: Selection & { undo: boolean },
  ): VerbResult<PendingChange[], (typeof reviewCodes)[number]> => {
    const done = await this.#alone(sessionId, async (session) => {
      const moves = session.kind === "in-place" && !options.undo;
      const found = await (moves ? this.#chooseWhole(sessionId, options) : this.#choose(sessionId, options));
      if (!found.ok) return found;
      if (moves) {
        const moved = await approveInPlace(this.#deps, sessionId, found.value);
        if (!moved.ok) return moved;
      } else await this.#mark(sessionId, found.value, options.undo);
      await nextTurn();
      return this.#relook(sessionId);
    });
    return done.ok ? ok(await this.#withUncovered(sessionId, done.value)) : within(reviewCodes, "GIT_FAILED", done.error);
  };

  /** Back to the baseline in the working copy, all or nothing, with a checkpoint before. Without paths: everything pending. */
  reject = async (sessionId: string, options: Selection): VerbResult<RejectResult, (typeof rejectCodes)[number]> => {
    const done = await this.#change(sessionId, async (session) => {
      const rejected = await rejectChanges(this.#deps, {
        sessionId,
        session,
        owner: setOwner(this.#deps, "reject"),
        choose: () => this.#chooseWhole(sessionId, options),
      });
      if (!rejected.ok) return rejected;
      const after = await this.#relook(sessionId);
      if (!after.ok) return after;
      const changes = await this.#withUncovered(sessionId, after.value);
      await this.#tellRejected(sessionId, changes);
      return ok({ changes, ...rejected.value });
    });
    if (done.ok) return done;
    // What was changed under our hands is being worked on, which is what busy says.
    const error: Failure = done.error.code === "CHANGES_CONFLICT" ? { ...done.error, code: "WORKING_COPY_BUSY" } : done.error;
    return within(rejectCodes, "GIT_FAILED", error);
  };

  /**
   * Writes to the project's checkout, or where `to` says, whole or not at all. Without paths: what is approved, or every pending change
   * where nothing is or `all` is asked for. A path that was applied already is no failure. `dryRun` says what would be
   * written and what conflicts.
   */
  apply = async (
    sessionId: string,
    options: Selection & { all?: boolean; dryRun: boolean; to?: string | undefined; message?: string | undefined },
  ): VerbResult<ApplyResult, (typeof applyCodes)[number]> => {
    const wanted = { paths: options.paths, approvedFirst: !options.all };
    const done = await this.#change(sessionId, (session) => {
      const job: ApplyJob = {
        sessionId,
        session,
        owner: setOwner(this.#deps, "apply"),
        choose: () => this.#chooseWhole(sessionId, wanted, (paths) => this.#neverApplied(sessionId, paths)),
        dryRun: options.dryRun,
        to: options.to,
        message: options.message,
      };
      return session.kind === "in-place" && options.to === undefined ? this.#applyInPlace(job) : applyToPlace(this.#deps, job);
    });
    const result = await this.#applied(sessionId, done);
    return result.ok ? result : within(applyCodes, "GIT_FAILED", result.error);
  };

  /** Where the session's changes can be applied, of branches those whose name has `query` in it. */
  places = async (sessionId: string, query = ""): VerbResult<Places, (typeof placesCodes)[number]> => {
    const found = await this.#change(sessionId, (session) => listPlaces(this.#deps, session, query));
    return found.ok ? found : within(placesCodes, "GIT_FAILED", found.error);
  };

  /** Takes an apply back: that of `applyId`, else the latest, or the files of it that are named. */
  revert = async (
    sessionId: string,
    options: Selection & { applyId?: string | undefined; dryRun: boolean },
  ): VerbResult<ApplyResult, (typeof applyCodes)[number]> => {
    const owner = setOwner(this.#deps, "revert");
    const done = await this.#change(sessionId, (session) => revertApplied(this.#deps, { ...options, sessionId, session, owner }));
    const result = await this.#applied(sessionId, done);
    return result.ok ? result : within(applyCodes, "GIT_FAILED", result.error);
  };

  /** Says whose the differences between two trees are: a run's agent. Later runs outdo earlier ones. */
  recordRun = async (
    sessionId: string,
    run: Parameters<typeof nestedWorkOfRun>[2] & { beforeTree: string },
  ): Promise<TreeChange[]> => {
    const { copies, checkpoints, store, clock, log } = this.#deps;
    const followed = await this.#deps.follow(sessionId);
    if (!followed.ok) log.warn("changes.follow.failed", { runId: run.runId, code: followed.error.code });
    const session = copies.find(sessionId);
    if (!session) return [];
    const baselineBefore = checkpoints.baselineBefore(sessionId, run.runId);
    const differences = await workOfRun(this.#deps, session, { ...run, baselineBefore });
    if (!differences.ok) {
      log.warn("changes.attribute.failed", { runId: run.runId, code: differences.error.code });
      return [];
    }
    const at = clock.now();
    const { agentId, runId } = run;
    const own = differences.value.map(({ path, newMode, newOid }) => {
      return { path, agentId, runId, content: contentOf(newMode, newOid), at };
    });
    await store.attribute(sessionId, [...own, ...(await nestedWorkOfRun(this.#deps, session, run))]);
    const current = await compare(this.#deps, sessionId, session, run.afterTree);
    if (current.ok) this.#deps.counts.note(sessionId, current.value.changes);
    this.#announce(sessionId, current.ok ? current.value : null);
    return differences.value;
  };

  /** Which files each of the runs changed. */
  filesOfRuns = (runIds: readonly string[]): Promise<Map<string, string[]>> => this.#deps.store.pathsOfRuns(runIds);

  /**
   * Looks at the files anew, for something may have happened there, and tells of it if it did. Returns their tree; null
   * where they can't be looked at.
   */
  recount = async (sessionId: string): Promise<string | null> => {
    const before = this.#told.get(sessionId);
    const current = await this.#look(sessionId);
    if (!current.ok) return null;
    const { tree, session } = current.value;
    if (session.revisionTree !== tree) this.#deps.copies.noteRevision(sessionId, tree);
    if (placeOf(current.value) !== before) this.#announce(sessionId, current.value);
    return tree;
  };

  /** The project is trusted now: fills what no filter has made in the session's worktree. */
  fill = async (sessionId: string): Promise<void> => {
    const filled = await fillPointers(this.#deps, sessionId);
    if (!filled.ok) this.#deps.log.warn("changes.fill.failed", { sessionId, code: filled.error.code });
    if (filled.ok && filled.value.length > 0) await this.#relook(sessionId);
  };

  /** Ends what an earlier core was writing when it died. */
  recover = (): ReturnType<typeof recoverChanges> => recoverChanges(this.#deps);

  /** The changes as a caller is told them: what can be reviewed, and after it what isn't covered. */
  async #withUncovered(sessionId: string, seen: Seen): Promise<PendingChange[]> {
    return [...seen.changes, ...(await uncoveredEntries(this.#deps, sessionId, seen))];
  }

  #announce(sessionId: string, current: Current | null): void {
    if (current) this.#told.set(sessionId, placeOf(current));
    this.#deps.announce({ type: "changes", sessionId });
  }

  async #look(sessionId: string): Promise<Result<Seen, Failure>> {
    const current = await lookNow(this.#deps, sessionId);
    if (!current.ok) return current;
    await nextTurn();
    this.#deps.counts.note(sessionId, current.value.changes);
    this.#lastLook.remember(sessionId, current.value);
    return current;
  }

  /** After something moved: the changes as they are now, and word of it. */
  async #relook(sessionId: string): Promise<Result<Seen, Failure>> {
    const current = await this.#look(sessionId);
    if (current.ok) this.#deps.copies.setRevision(sessionId, current.value.tree);
    this.#announce(sessionId, current.ok ? current.value : null);
    return current;
  }

  /** What was asked for, of what is pending now; `unknownOf` says which missing paths never were. */
  async #choose(
    sessionId: string,
    wanted: WantedChanges,
    unknownOf: UnknownOf = (paths) => paths,
  ): Promise<Result<Chosen, Failure>> {
    const current = await this.#look(sessionId);
    if (!current.ok) return current;
    await nextTurn();
    const { chosen, missing } = select(current.value, wanted);
    const unknown = missing.length > 0 ? await unknownOf(missing) : [];
    return unknown.length > 0 ? notPending(unknown) : ok({ current: current.value, chosen });
  }

  /** The same, of what can be written by itself. */
  async #chooseWhole(sessionId: string, wanted: WantedChanges, unknownOf?: UnknownOf): Promise<Result<Chosen, Failure>> {
    const found = await this.#choose(sessionId, wanted, unknownOf);
    if (!found.ok) return found;
    await nextTurn();
    const needed = await missingFrom(found.value.chosen, found.value.current.differences);
    return needed.length > 0 ? incomplete(needed) : found;
  }

  async #mark(sessionId: string, { current, chosen }: Chosen, undo: boolean): Promise<void> {
    await nextTurn();
    const paths = new Set(chosen.map((change) => change.path));
    if (undo) return this.#deps.store.withdraw(sessionId, [...paths]);
    await this.#deps.store.approve(
      sessionId,
      current.changes.filter((change) => paths.has(change.path)),
      this.#deps.clock.now(),
    );
  }

  #applyInPlace(job: ApplyJob): Promise<Result<Applied, Failure>> {
    return this.#deps.fileSets.exclusively([job.session.copy], async () => {
      const found = await job.choose();
      if (!found.ok) return found;
      if (!job.dryRun) return approveInPlace(this.#deps, job.sessionId, found.value);
      const applied = found.value.chosen.map((change) => change.path);
      const { notCovered } = found.value.current;
      return ok(movedOver(null, applied, notCovered));
    });
  }

  /** A change of files, whose own job is to go through the writer of working trees. */
  #change<T>(sessionId: string, work: (session: SessionCopy) => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
    const session = this.#deps.copies.find(sessionId);
    if (!session) return Promise.resolve(notReady());
    // In place the two are one, and looking at it says so.
    const away = session.kind !== "in-place" && !existsSync(session.checkout.path);
    return away ? Promise.resolve(checkoutMissing(session)) : work(session);
  }

  /** Work that writes no files, one after the other with what does. */
  #alone<T>(sessionId: string, work: (session: SessionCopy) => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
    return this.#change(sessionId, (session) => this.#deps.fileSets.alone(session.projectId, () => work(session)));
  }

  async #applied(sessionId: string, done: Result<Applied, Failure>): Promise<Result<ApplyResult, Failure>> {
    if (!done.ok) return done;
    if (done.value.moved) await this.#relook(sessionId);
    return ok(done.value.result);
  }

  #tellRejected(sessionId: string, changes: readonly PendingChange[]): Promise<void> {
    const { store, onRejected } = this.#deps;
    const pending = changes.flatMap(({ path, oldPath }) => (oldPath === undefined ? [path] : [path, oldPath]));
    return onRejected(sessionId, async (since) => new Set([...pending, ...(await store.appliedSince(sessionId, since))]));
  }

  async #neverApplied(sessionId: string, paths: readonly string[]): Promise<readonly string[]> {
    const left = new Set(paths);
    for await (const { entries } of this.#deps.store.appliedSets(sessionId)) {
      if (left.size === 0) break;
      for (const { path } of entries) left.delete(path);
    }
    return [...left];
  }
}

/** Those of the paths without a pending change that there was no change of at all. */
type UnknownOf = (paths: readonly string[]) => readonly string[] | Promise<readonly string[]>;

function placeOf({ session, tree }: Current): string {
  return `${session.baselineTree} ${tree}`;
}

function notPending(paths: readonly string[]): { ok: false; error: Failure } {
  return failure("CHANGE_NOT_FOUND", `${paths[0] ?? ""} has no pending change`, { field: "paths", data: { paths } });
}

function incomplete(paths: readonly string[]): { ok: false; error: Failure } {
  return failure(
    "SELECTION_INCOMPLETE",
    `A file and a folder of one name can only change together. Choose also: ${paths.join(", ")}`,
    {
      field: "paths",
      data: { paths },
    },
  );
}

function notReady(): { ok: false; error: Failure } {
  return failure("SESSION_NOT_FOUND", "There is no such session, or its working copy isn't ready");
}
