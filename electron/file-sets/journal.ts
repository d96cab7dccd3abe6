import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Log } from "../lib/log.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { JournalEntry } from "../store/journal-entry.ts";
import { inRoot, sideOf, writable, type Root, type Seen } from "./content.ts";
import { isTornHere, readHalfWritten } from "./half-written.ts";
import { reasonOf } from "./obstacles.ts";
import type { Conflict } from "./plan.ts";
import { clearStaged, SetWriter, type Contents, type Outcome, type Step, type WriteRules } from "./set-writer.ts";
import { sameVersion, type Version } from "./three-way.ts";

/** Writes sets of files under one root. The bytes of both sides are in the snapshot store. */
export type JournalDeps = { snapshots: SnapshotStore; log: Log; failpoint: (label: string) => void };

type WriteSet = { id: string; kind: string; entries: readonly JournalEntry[] };
export type Written = { changed: string[]; conflicts: Conflict[] };
type WrittenWhole = { ok: true; value: Written } | { ok: false; error: Failure; undone: boolean };

/**
 * What a plan has seen at the paths of its entries; none where what is there may be anything. `ahead`: see `readAhead`.
 */
export type Before = { seen: ReadonlyMap<string, Seen>; ahead: Contents | null };
export const nothingBefore: Before = { seen: new Map(), ahead: null };

const whole: WriteRules = {
  again: false,
  torn: false,
  ...nothingBefore,
  changed: (path) =>
    failure("CHANGES_CONFLICT", `${path} was changed meanwhile.`, {
      data: { conflicts: [{ path, reason: "It was changed after the preview." }] },
    }).error,
  goesOn: () => false,
};

const each: WriteRules = {
  again: true,
  torn: false,
  ...nothingBefore,
  changed: () => failure("CHANGES_CONFLICT", "It is being changed.").error,
  goesOn: ({ code }) => code === "PATH_REFUSED" || code === "CHANGES_CONFLICT",
};

/**
 * Writes every entry. Each file is looked at right before: if it isn't what the plan saw, or can't be written, what
 * was written so far is put back, and the failure says why, and what wasn't put back (`data.left`: files that were changed
 * since). `undone` false: putting back failed.
 */
export async function writeWhole(deps: JournalDeps, copy: CopyRef, set: WriteSet, before: Before): Promise<WrittenWhole> {
  const done = await inRoot(deps.snapshots, copy, async (root): Promise<WrittenWhole> => {
    const steps = stepsOf(set);
    const written = await writeSteps(deps, root, set, steps, { ...whole, ...before });
    if (!written.ok) {
      const undone = await undo(deps, root, set, steps.slice(0, written.reached));
      return { ok: false, error: withEnding(written, undone), undone: undone.ok };
    }
    deps.failpoint(`${set.kind}:${set.entries.length}`);
    return ok({ changed: set.entries.map((entry) => entry.path), conflicts: [] });
  });
  return done.ok || "undone" in done ? done : { ...done, undone: true };
}

/**
 * Writes the entries that can be written, each whole or not at all; one that is as it should be is done already (a set
 * that was cut off, `torn`, is simply written again), one that is neither is left and told. Where the others can't be
 * written either, for the disk is full, what was written is put back as by `writeWhole`.
 */
export async function writeEach(
  deps: JournalDeps,
  copy: CopyRef,
  set: WriteSet,
  { torn, ...before }: Before & { torn: boolean },
): Promise<WrittenWhole> {
  const done = await inRoot(deps.snapshots, copy, async (root): Promise<WrittenWhole> => {
    const steps = stepsOf(set);
    const writer = new SetWriter(deps, root, set, { ...each, ...before, torn });
    const written = await writeToEnd(writer, root, steps);
    if (!written.ok) {
      const changed = new Set(writer.changed);
      const undone = await undo(
        deps,
        root,
        set,
        steps.filter(({ path }) => changed.has(path)),
      );
      return { ok: false, error: withEnding({ ...written, changed: writer.changed }, undone), undone: undone.ok };
    }
    deps.failpoint(`${set.kind}:${set.entries.length}`);
    const { changed, refused } = written.value;
    return ok({ changed, conflicts: refused.map(({ path, error }) => ({ path, reason: reasonOf(error) })) });
  });
  return done.ok || "undone" in done ? done : { ...done, undone: true };
}

/** What can be written, and on the disk; fails where something keeps all from being written. */
async function writeToEnd(writer: SetWriter, root: Root, steps: readonly Step[]): Promise<Result<Outcome, Failure>> {
  const written = await writer.write(steps);
  if (!written.ok) return written;
  const end = written.value.refused.find(({ error }) => !each.goesOn(error));
  if (end) return { ok: false, error: end.error };
  const settled = await root.files.settle();
  return settled.ok ? written : settled;
}

/**
 * Ends a whole set that a crash cut off: forward if every file is as it was or as it should be, back if someone changed
 * one since or a write fails. A failure leaves it for the next start.
 */
export function finishWhole(deps: JournalDeps, copy: CopyRef, set: WriteSet): Promise<Result<"done" | "undone", Failure>> {
  return inRoot(deps.snapshots, copy, async (root): Promise<Result<"done" | "undone", Failure>> => {
    const steps = stepsOf(set);
    const untouched = await isUntouched(deps, root, steps);
    if (!untouched.ok) return untouched;
    const silent = { ...deps, failpoint: () => {} };
    if (untouched.value && (await writeSteps(silent, root, set, steps, { ...whole, again: true, torn: true })).ok)
      return ok("done");
    const undone = await undo(deps, root, set, steps, { torn: true });
    return undone.ok ? ok("undone") : undone;
  });
}

/** Files, with contents of the copy's store, in a folder that has none of them. */
export function writeNew(
  snapshots: SnapshotStore,
  copy: CopyRef,
  files: readonly { path: string; version: Version }[],
): Promise<Result<null, Failure>> {
  const entries = files.flatMap(({ path, version }) => (version ? [{ path, before: null, after: writable(version) }] : []));
  return inRoot(snapshots, copy, async (root): Promise<Result<null, Failure>> => {
    const set = { id: "new", kind: "new", entries };
    const written = await new SetWriter({ snapshots, failpoint: () => {} }, root, set, whole).write(stepsOf(set));
    if (!written.ok) return written;
    const [refused] = written.value.refused;
    return refused ? { ok: false, error: refused.error } : ok(null);
  });
}

/** Takes away what a crash left beside the files of a set. */
export function clearAway({ snapshots }: JournalDeps, copy: CopyRef, set: WriteSet): Promise<Result<null, Failure>> {
  return inRoot(snapshots, copy, async (root) => {
    await clearStaged(root, set, stepsOf(set));
    return ok(null);
  });
}

/** The failure of a whole set, with what became of the files that were written before it. */
function withEnding({ error, changed }: Pick<CutOff, "error" | "changed">, undone: Result<string[], Failure>): Failure {
  const { code, message, data } = error;
  const why = message.endsWith(".") ? message : `${message}.`;
  const end = (text: string, left: string[] = []): Failure =>
    failure(code, `${why} ${text}`, { data: left.length > 0 ? { ...data, left } : data }).error;
  if (!undone.ok) return end("Not all that was written before could be taken back.");
  const left = undone.value.filter((path) => changed.includes(path));
  const [first, ...more] = left;
  if (first === undefined) return end("Nothing was written.");
  const names = more.length > 0 ? `${first} and ${more.length} more` : first;
  return end(`The rest was taken back, but ${names} was changed since and is left with what was written to it.`, left);
}

/** `reached`: how many of the steps may have been written; `changed`: those of them that surely were. */
type CutOff = { ok: false; error: Failure; reached: number; changed: readonly string[] };

/** All of the steps, and on the disk. */
async function writeSteps(
  deps: JournalDeps,
  root: CopyRef & Root,
  set: WriteSet,
  steps: readonly Step[],
  rules: WriteRules,
): Promise<{ ok: true } | CutOff> {
  const writer = new SetWriter(deps, root, set, rules);
  const written = await writer.write(steps);
  const { changed } = writer;
  if (!written.ok) return { ...written, reached: steps.length, changed };
  const [refused] = written.value.refused;
  if (refused) return { ok: false, error: refused.error, reached: written.value.reached, changed };
  const settled = await root.files.settle();
  return settled.ok ? { ok: true } : { ...settled, reached: steps.length, changed };
}

/** Puts back what has the set's content, newest first; what someone changed since is left as it is, and told. */
async function undo(
  deps: JournalDeps,
  root: CopyRef & Root,
  set: WriteSet,
  steps: readonly Step[],
  { torn = false }: { torn?: boolean } = {},
): Promise<Result<string[], Failure>> {
  // What kept those from the disk says nothing of these.
  await root.files.settle();
  const back = steps.toReversed().map(({ path, at, before, after }) => ({ path, at, before: after, after: before }));
  const writer = new SetWriter({ ...deps, failpoint: () => {} }, root, set, { ...each, torn, goesOn: () => true });
  const written = await writer.write(back);
  if (!written.ok) return written;
  const settled = await root.files.settle();
  if (!settled.ok) return settled;
  const failed = written.value.refused.find(({ error }) => error.code !== "CHANGES_CONFLICT");
  if (failed) return { ok: false, error: failed.error };
  const left = written.value.refused.map(({ path }) => path);
  if (left.length > 0) deps.log.warn("file-set.undo.left", { files: left.length });
  return ok(left);
}

async function isUntouched(deps: JournalDeps, root: CopyRef & Root, steps: readonly Step[]): Promise<Result<boolean, Failure>> {
  for (const step of steps) {
    const now = await readHalfWritten(root, step);
    if (!now.ok) return now;
    const side = sideOf(now.value.content);
    const isOurs = sameVersion(side, step.after) || sameVersion(side, step.before) || (await isTornHere(deps, root, step));
    if (!isOurs) return ok(false);
  }
  return ok(true);
}

function stepsOf({ entries }: WriteSet): Step[] {
  return entries.map((entry, at) => ({ ...entry, at }));
}
