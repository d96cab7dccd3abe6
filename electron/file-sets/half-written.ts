import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { JournalEntry } from "../store/journal-entry.ts";
import { nothing, readBytes, readSeen, type Root, type Seen } from "./content.ts";
import { isTorn } from "./torn.ts";

/** Of larger files nobody tells what tore them. */
const maxTornBytes = 16 * 1024 * 1024;

/**
 * What is at an entry's path when a set may be half written. Where a file becomes a folder, or the other way round, one
 * hides the other: then nothing of this entry is there, which is one of its two sides.
 */
export async function readHalfWritten(root: Root, entry: JournalEntry): Promise<Result<Seen, Failure>> {
  const now = await readSeen(root, entry.path, [entry.before, entry.after]);
  const hidden = !now.ok && now.error.code === "PATH_REFUSED" && (entry.before === null || entry.after === null);
  return hidden ? ok(nothing) : now;
}

/** Whether what is at the step's path is what a power cut left of one of its sides. */
export async function isTornHere(
  { snapshots }: { snapshots: Pick<SnapshotStore, "readBlobs"> },
  root: CopyRef & Root,
  { path, before, after }: JournalEntry,
): Promise<boolean> {
  const oids = [before, after].flatMap((side) => side?.oid ?? []);
  const whole = await snapshots.readBlobs(root, oids, maxTornBytes);
  if (!whole.ok || whole.value.size === 0) return false;
  const bytes = await readBytes(root, path, maxTornBytes);
  return bytes.ok && [...whole.value.values()].some((one) => isTorn(bytes.value, one));
}
