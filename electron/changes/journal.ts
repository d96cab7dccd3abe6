import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Log } from "../lib/log.ts";
import type { ApplyRow } from "../store/changes.ts";
import type { JournalEntry, JournalSide } from "../store/journal-entry.ts";
import { maxFileBytes, readContent, sameSide, sideOf, writeContent, type Content } from "./content.ts";
import type { CopyRef, Snapshots } from "./ports.ts";

/** Writes sets of files under one root, all or nothing. The bytes of both sides are in the snapshot store. */
export type JournalDeps = { snapshots: Snapshots; log: Log; failpoint: (label: string) => void };

/** Bytes by object id; what isn't here is read from the store. */
export type Bytes = ReadonlyMap<string, Buffer>;
const noBytes: Bytes = new Map();

type WriteSet = { id: string; kind: ApplyRow["kind"]; entries: readonly JournalEntry[]; bytes: Bytes };

/**
 * Writes every entry. Each file is looked at right before: if it isn't what the plan saw, or can't be written, what
 * was written so far is put back, and the failure says why. `undone` false: putting back failed as well.
 */
export async function writeSet(
  deps: JournalDeps,
  root: CopyRef,
  set: WriteSet,
): Promise<{ ok: true } | { ok: false; error: Failure; undone: boolean }> {
  for (const [at, entry] of set.entries.entries()) {
    deps.failpoint(`${set.kind}:${at}`);
    const written = await writeEntry(deps, root, entry, set.bytes);
    if (written.ok) continue;
    const undone = await undoSet(deps, root, set.entries.slice(0, at), set.bytes);
    return { ok: false, error: written.error, undone: undone.ok };
  }
  deps.failpoint(`${set.kind}:${set.entries.length}`);
  return { ok: true };
}

async function writeEntry(deps: JournalDeps, root: CopyRef, entry: JournalEntry, bytes: Bytes): Promise<Result<null, Failure>> {
  const now = await readContent(root.path, entry.path, idOf(entry));
  if (!now.ok) return now;
  if (!sameSide(sideOf(now.value), entry.before))
    return failure("CHANGES_CONFLICT", `${entry.path} was changed meanwhile. Nothing was applied.`, {
      data: { conflicts: [{ path: entry.path, reason: "It was changed after the preview." }] },
    });
  return put(deps, root, entry.path, entry.after, bytes);
}

async function put(
  deps: JournalDeps,
  root: CopyRef,
  path: string,
  side: JournalSide,
  known: Bytes,
): Promise<Result<null, Failure>> {
  if (!side) return writeContent(root.path, path, null);
  const held = known.get(side.oid);
  const bytes = held ? ok(held) : await deps.snapshots.readBlob(root, side.oid, maxFileBytes);
  return bytes.ok ? writeContent(root.path, path, { mode: side.mode, bytes: bytes.value }) : bytes;
}

/** Puts back what has the set's content, newest first; what someone changed since is left as it is. */
async function undoSet(
  deps: JournalDeps,
  root: CopyRef,
  entries: readonly JournalEntry[],
  bytes: Bytes,
): Promise<Result<null, Failure>> {
  let outcome: Result<null, Failure> = ok(null);
  for (const entry of entries.toReversed()) {
    const now = await readPlace(root, entry);
    if (now.ok && !sameSide(sideOf(now.value), entry.after)) {
      if (!sameSide(sideOf(now.value), entry.before)) deps.log.warn("changes.undo.left", { reason: "changed since" });
      continue;
    }
    const back = now.ok ? await put(deps, root, entry.path, entry.before, bytes) : now;
    if (!back.ok) outcome = back;
  }
  return outcome;
}

/**
 * Ends a set that a crash cut off: forward if every file is as it was or as it should be, back if someone changed one
 * since or a write fails. A failure leaves it for the next start.
 */
export async function finishSet(
  deps: JournalDeps,
  root: CopyRef,
  entries: readonly JournalEntry[],
): Promise<Result<"done" | "undone", Failure>> {
  const states: { entry: JournalEntry; now: Content | null }[] = [];
  for (const entry of entries) {
    const now = await readPlace(root, entry);
    if (!now.ok) return now;
    states.push({ entry, now: now.value });
  }
  const known = states.every(({ entry, now }) => sameSide(sideOf(now), entry.after) || sameSide(sideOf(now), entry.before));
  if (known && (await writeRest(deps, root, states))) return ok("done");
  const undone = await undoSet(deps, root, entries, noBytes);
  return undone.ok ? ok("undone") : undone;
}

/**
 * What is at an entry's path when a set may be half written. Where a file becomes a folder, or the other way round, one
 * hides the other: then nothing of this entry is there, which is one of its two sides.
 */
async function readPlace(root: CopyRef, entry: JournalEntry): Promise<Result<Content | null, Failure>> {
  const now = await readContent(root.path, entry.path, idOf(entry));
  const hidden = !now.ok && now.error.code === "PATH_REFUSED" && (entry.before === null || entry.after === null);
  return hidden ? ok(null) : now;
}

async function writeRest(
  deps: JournalDeps,
  root: CopyRef,
  states: readonly { entry: JournalEntry; now: Content | null }[],
): Promise<boolean> {
  for (const { entry, now } of states) {
    if (sameSide(sideOf(now), entry.after)) continue;
    const written = await put(deps, root, entry.path, entry.after, noBytes);
    if (!written.ok) return false;
  }
  return true;
}

function idOf(entry: JournalEntry): string {
  return entry.before?.oid ?? entry.after?.oid ?? "";
}
