import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Log } from "../lib/log.ts";
import { FolderSyncs } from "../lib/write-file.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { JournalEntry, JournalSide } from "../store/journal-entry.ts";
import { BlobReader } from "./blob-reader.ts";
import { readContent, rootOf, sideOf, writeContent, type Content, type Root } from "./content.ts";
import { reasonOf } from "./obstacles.ts";
import type { Conflict } from "./plan.ts";
import { sameVersion } from "./three-way.ts";

/** Writes sets of files under one root. The bytes of both sides are in the snapshot store. */
export type JournalDeps = { snapshots: SnapshotStore; log: Log; failpoint: (label: string) => void };

/** `syncs`: folders that were written to, which are brought to the disk when all of a set is written. */
type WrittenRoot = CopyRef & Root & { syncs: FolderSyncs };

/** Files of a set that are written side by side: most of the time is waiting for the disk. */
const groupSize = 16;

type WriteSet = { kind: string; entries: readonly JournalEntry[] };
export type Written = { changed: string[]; conflicts: Conflict[] };

/**
 * Writes every entry. Each file is looked at right before: if it isn't what the plan saw, or can't be written, what
 * was written so far is put back, and the failure says why. `undone` false: putting back failed as well.
 */
export async function writeWhole(
  deps: JournalDeps,
  copy: CopyRef,
  set: WriteSet,
): Promise<{ ok: true; value: Written } | { ok: false; error: Failure; undone: boolean }> {
  const written = await writtenRoot(deps, copy);
  if (!written.ok) return { ...written, undone: true };
  const root = written.value;
  const blobs = new BlobReader(deps.snapshots, root, oidsOf(set.entries, "after"));
  for (const group of groupsOf(set.entries)) {
    const results = await inGroup(deps, set.kind, group, (entry) => writeEntry(root, entry, blobs));
    const failed = results.find((result) => !result.ok);
    if (!failed || failed.ok) continue;
    const undone = await undoSet(deps, root, set.entries.slice(0, (group.at(-1)?.at ?? 0) + 1));
    return { ok: false, error: failed.error, undone: undone.ok };
  }
  await root.syncs.flush(root.path);
  deps.failpoint(`${set.kind}:${set.entries.length}`);
  return ok({ changed: set.entries.map((entry) => entry.path), conflicts: [] });
}

type Placed = { at: number; entry: JournalEntry };

/** In the order of the set. What goes away and what comes are never in one group: a file may come where a folder was. */
function groupsOf(entries: readonly JournalEntry[]): Placed[][] {
  const groups: Placed[][] = [];
  for (const [at, entry] of entries.entries()) {
    const group = groups.at(-1);
    const isLike = group && (group[0]?.entry.after === null) === (entry.after === null);
    if (group && isLike && group.length < groupSize) group.push({ at, entry });
    else groups.push([{ at, entry }]);
  }
  return groups;
}

/** All of a group has ended when it resolves, and also when it rejects. */
async function inGroup<T>(
  { failpoint }: JournalDeps,
  kind: string,
  group: readonly Placed[],
  work: (entry: JournalEntry) => Promise<T>,
): Promise<T[]> {
  const started = group.map(async ({ at, entry }) => {
    failpoint(`${kind}:${at}`);
    return work(entry);
  });
  await Promise.allSettled(started);
  return Promise.all(started);
}

async function writeEntry(root: WrittenRoot, entry: JournalEntry, blobs: BlobReader): Promise<Result<null, Failure>> {
  const now = await readContent(root, entry.path, [entry.before, entry.after]);
  if (!now.ok) return now;
  if (!sameVersion(sideOf(now.value), entry.before))
    return failure("CHANGES_CONFLICT", `${entry.path} was changed meanwhile. Nothing was applied.`, {
      data: { conflicts: [{ path: entry.path, reason: "It was changed after the preview." }] },
    });
  return put(root, entry.path, entry.after, blobs);
}

/**
 * Writes the entries that can be written, each whole or not at all; one that is as it should be is done already (a set
 * that was cut off is simply written again), one that is neither is left and told. A full disk ends it, what was written stays.
 */
export async function writeEach(deps: JournalDeps, copy: CopyRef, set: WriteSet): Promise<Result<Written, Failure>> {
  const opened = await writtenRoot(deps, copy);
  if (!opened.ok) return opened;
  const root = opened.value;
  const blobs = new BlobReader(deps.snapshots, root, oidsOf(set.entries, "after"));
  const written: Written = { changed: [], conflicts: [] };
  for (const group of groupsOf(set.entries)) {
    const outcomes = await inGroup(deps, set.kind, group, (entry) => writeUnlessChanged(root, entry, blobs));
    for (const [at, outcome] of outcomes.entries()) {
      const path = group[at]?.entry.path ?? "";
      if (outcome.ok) written.changed.push(path);
      else if (outcome.error.code === "PATH_REFUSED" || outcome.error.code === "CHANGES_CONFLICT")
        written.conflicts.push({ path, reason: reasonOf(outcome.error) });
      else return outcome;
    }
  }
  await root.syncs.flush(root.path);
  deps.failpoint(`${set.kind}:${set.entries.length}`);
  return ok(written);
}

async function writeUnlessChanged(root: WrittenRoot, entry: JournalEntry, blobs: BlobReader): Promise<Result<null, Failure>> {
  const now = await readHalfWritten(root, entry);
  if (!now.ok) return now;
  const side = sideOf(now.value);
  if (sameVersion(side, entry.after)) return ok(null);
  if (!sameVersion(side, entry.before)) return failure("CHANGES_CONFLICT", "It is being changed.");
  return put(root, entry.path, entry.after, blobs);
}

async function put(root: WrittenRoot, path: string, side: JournalSide, blobs: BlobReader): Promise<Result<null, Failure>> {
  if (!side) return writeContent(root.path, path, null, root.syncs);
  const bytes = await blobs.read(side.oid);
  return bytes.ok ? writeContent(root.path, path, { mode: side.mode, bytes: bytes.value }, root.syncs) : bytes;
}

/** Puts back what has the set's content, newest first; what someone changed since is left as it is. */
async function undoSet(deps: JournalDeps, root: WrittenRoot, entries: readonly JournalEntry[]): Promise<Result<null, Failure>> {
  const newestFirst = entries.toReversed();
  const blobs = new BlobReader(deps.snapshots, root, oidsOf(newestFirst, "before"));
  let outcome: Result<null, Failure> = ok(null);
  for (const entry of newestFirst) {
    const now = await readHalfWritten(root, entry);
    if (now.ok && !sameVersion(sideOf(now.value), entry.after)) {
      if (!sameVersion(sideOf(now.value), entry.before)) deps.log.warn("file-set.undo.left", { reason: "changed since" });
      continue;
    }
    const back = now.ok ? await put(root, entry.path, entry.before, blobs) : now;
    if (!back.ok) outcome = back;
  }
  await root.syncs.flush(root.path);
  return outcome;
}

/**
 * Ends a whole set that a crash cut off: forward if every file is as it was or as it should be, back if someone changed
 * one since or a write fails. A failure leaves it for the next start.
 */
export async function finishWhole(
  deps: JournalDeps,
  copy: CopyRef,
  entries: readonly JournalEntry[],
): Promise<Result<"done" | "undone", Failure>> {
  const opened = await writtenRoot(deps, copy);
  if (!opened.ok) return opened;
  const root = opened.value;
  const rest: JournalEntry[] = [];
  let untouched = true;
  for (const entry of entries) {
    const now = await readHalfWritten(root, entry);
    if (!now.ok) return now;
    const side = sideOf(now.value);
    if (!sameVersion(side, entry.after)) rest.push(entry);
    untouched &&= sameVersion(side, entry.after) || sameVersion(side, entry.before);
  }
  if (untouched && (await writeRest(deps, root, rest))) return ok("done");
  const undone = await undoSet(deps, root, entries);
  return undone.ok ? ok("undone") : undone;
}

/**
 * What is at an entry's path when a set may be half written. Where a file becomes a folder, or the other way round, one
 * hides the other: then nothing of this entry is there, which is one of its two sides.
 */
async function readHalfWritten(root: WrittenRoot, entry: JournalEntry): Promise<Result<Content | null, Failure>> {
  const now = await readContent(root, entry.path, [entry.before, entry.after]);
  const hidden = !now.ok && now.error.code === "PATH_REFUSED" && (entry.before === null || entry.after === null);
  return hidden ? ok(null) : now;
}

async function writeRest(deps: JournalDeps, root: WrittenRoot, entries: readonly JournalEntry[]): Promise<boolean> {
  const blobs = new BlobReader(deps.snapshots, root, oidsOf(entries, "after"));
  for (const entry of entries) {
    const written = await put(root, entry.path, entry.after, blobs);
    if (!written.ok) return false;
  }
  await root.syncs.flush(root.path);
  return true;
}

async function writtenRoot({ snapshots }: JournalDeps, copy: CopyRef): Promise<Result<WrittenRoot, Failure>> {
  const root = await rootOf(snapshots, copy);
  return root.ok ? ok({ ...root.value, syncs: new FolderSyncs() }) : root;
}

function oidsOf(entries: readonly JournalEntry[], side: "before" | "after"): string[] {
  return entries.flatMap((entry) => entry[side]?.oid ?? []);
}
