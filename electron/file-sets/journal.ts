import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Log } from "../lib/log.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { JournalEntry, JournalSide } from "../store/journal-entry.ts";
import { BlobReader } from "./blob-reader.ts";
import { namedRoot, readContent, sideOf, writeContent, type Content, type Root } from "./content.ts";
import { reasonOf, type Conflict } from "./plan.ts";
import { sameVersion } from "./three-way.ts";

/** Writes sets of files under one root. The bytes of both sides are in the snapshot store. */
export type JournalDeps = { snapshots: SnapshotStore; log: Log; failpoint: (label: string) => void };

type NamedCopy = CopyRef & Root;

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
  const root = namedRoot(copy);
  const blobs = new BlobReader(deps.snapshots, root, oidsOf(set.entries, "after"));
  for (const [at, entry] of set.entries.entries()) {
    deps.failpoint(`${set.kind}:${at}`);
    const written = await writeEntry(root, entry, blobs);
    if (written.ok) continue;
    const undone = await undoSet(deps, root, set.entries.slice(0, at));
    return { ok: false, error: written.error, undone: undone.ok };
  }
  deps.failpoint(`${set.kind}:${set.entries.length}`);
  return ok({ changed: set.entries.map((entry) => entry.path), conflicts: [] });
}

async function writeEntry(root: NamedCopy, entry: JournalEntry, blobs: BlobReader): Promise<Result<null, Failure>> {
  const now = await readContent(root, entry.path, idOf(entry));
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
  const root = namedRoot(copy);
  const blobs = new BlobReader(deps.snapshots, root, oidsOf(set.entries, "after"));
  const written: Written = { changed: [], conflicts: [] };
  for (const [at, entry] of set.entries.entries()) {
    deps.failpoint(`${set.kind}:${at}`);
    const outcome = await writeUnlessChanged(root, entry, blobs);
    if (outcome.ok) written.changed.push(entry.path);
    else if (outcome.error.code === "PATH_REFUSED" || outcome.error.code === "CHANGES_CONFLICT")
      written.conflicts.push({ path: entry.path, reason: reasonOf(outcome.error) });
    else return outcome;
  }
  deps.failpoint(`${set.kind}:${set.entries.length}`);
  return ok(written);
}

async function writeUnlessChanged(root: NamedCopy, entry: JournalEntry, blobs: BlobReader): Promise<Result<null, Failure>> {
  const now = await readHalfWritten(root, entry);
  if (!now.ok) return now;
  const side = sideOf(now.value);
  if (sameVersion(side, entry.after)) return ok(null);
  if (!sameVersion(side, entry.before)) return failure("CHANGES_CONFLICT", "It is being changed.");
  return put(root, entry.path, entry.after, blobs);
}

async function put(root: NamedCopy, path: string, side: JournalSide, blobs: BlobReader): Promise<Result<null, Failure>> {
  if (!side) return writeContent(root.path, path, null);
  const bytes = await blobs.read(side.oid);
  return bytes.ok ? writeContent(root.path, path, { mode: side.mode, bytes: bytes.value }) : bytes;
}

/** Puts back what has the set's content, newest first; what someone changed since is left as it is. */
async function undoSet(deps: JournalDeps, root: NamedCopy, entries: readonly JournalEntry[]): Promise<Result<null, Failure>> {
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
  const root = namedRoot(copy);
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
async function readHalfWritten(root: NamedCopy, entry: JournalEntry): Promise<Result<Content | null, Failure>> {
  const now = await readContent(root, entry.path, idOf(entry));
  const hidden = !now.ok && now.error.code === "PATH_REFUSED" && (entry.before === null || entry.after === null);
  return hidden ? ok(null) : now;
}

async function writeRest(deps: JournalDeps, root: NamedCopy, entries: readonly JournalEntry[]): Promise<boolean> {
  const blobs = new BlobReader(deps.snapshots, root, oidsOf(entries, "after"));
  for (const entry of entries) {
    const written = await put(root, entry.path, entry.after, blobs);
    if (!written.ok) return false;
  }
  return true;
}

function oidsOf(entries: readonly JournalEntry[], side: "before" | "after"): string[] {
  return entries.flatMap((entry) => entry[side]?.oid ?? []);
}

function idOf(entry: JournalEntry): string {
  return entry.before?.oid ?? entry.after?.oid ?? "";
}
