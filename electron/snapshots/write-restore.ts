import { createHash } from "node:crypto";
import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { makeLinkInside, readInside, removeInside, writeFileInside } from "../lib/write-file.ts";
import { same, type Entry, type Side } from "./plan-restore.ts";
import type { CopyRef, SnapshotStore } from "./snapshot-store.ts";

const maxFileBytes = 512 * 1024 * 1024;

export type Written = { changed: string[]; conflicts: { path: string; reason: string }[] };

/**
 * Writes what a plan says, each file whole or not at all. A file is looked at right before: one that is as it should be
 * is done already (a restore that was cut off is simply done again), one that is neither is left alone and told.
 * A full disk ends it; what was written stays, and the checkpoint before has the rest.
 */
export async function writeRestore(
  deps: { snapshots: SnapshotStore; failpoint: (label: string) => void },
  copy: CopyRef,
  entries: readonly Entry[],
): Promise<Result<Written, Failure>> {
  const written: Written = { changed: [], conflicts: [] };
  for (const [at, entry] of entries.entries()) {
    deps.failpoint(`restore:${at}`);
    const outcome = await writeEntry(deps.snapshots, copy, entry);
    if (outcome.ok) written.changed.push(entry.path);
    else if (outcome.error.code === "PATH_REFUSED" || outcome.error.code === "CHANGES_CONFLICT")
      written.conflicts.push({ path: entry.path, reason: reasonOf(outcome.error) });
    else return outcome;
  }
  deps.failpoint(`restore:${entries.length}`);
  return ok(written);
}

async function writeEntry(snapshots: SnapshotStore, copy: CopyRef, entry: Entry): Promise<Result<null, Failure>> {
  const now = await diskSide(copy.path, entry);
  if (!now.ok) return now;
  if (same(now.value, entry.after)) return ok(null);
  if (!same(now.value, entry.before))
    return {
      ok: false,
      error: {
        code: "CHANGES_CONFLICT",
        message: entry.before ? "It is being changed." : "A file that checkpoints leave out is in its place.",
      },
    };
  if (!entry.after) return removeInside(copy.path, entry.path);
  const bytes = await snapshots.readBlob(copy, entry.after.oid, maxFileBytes);
  if (!bytes.ok) return bytes;
  // A link of the person's own may lead anywhere; nothing is ever written through it.
  if (entry.after.mode === "120000") return makeLinkInside(copy.path, entry.path, bytes.value, { allowOutside: true });
  return writeFileInside(copy.path, entry.path, {
    bytes: bytes.value,
    mode: entry.after.mode === "100755" ? "100755" : "100644",
  });
}

/** What is on the disk, named as git names it. A folder counts as nothing: writing there succeeds only if it is empty. */
async function diskSide(root: string, entry: Entry): Promise<Result<Side, Failure>> {
  const like = entry.after?.oid ?? entry.before?.oid ?? "";
  const read = await readInside(root, entry.path, maxFileBytes);
  if (read.ok) {
    const hash = createHash(like.length === 64 ? "sha256" : "sha1")
      .update(`blob ${read.value.bytes.length}\0`)
      .update(read.value.bytes);
    return ok({ mode: read.value.mode, oid: hash.digest("hex") });
  }
  if (read.error.code === "FILE_NOT_FOUND") return ok(null);
  // What stands in the way when a file is to be made is found by the writing itself. Where a folder is by now, or a
  // file in its place, the file that was to go has gone.
  const hidden = read.error.code === "PATH_REFUSED" && (entry.before === null || entry.after === null);
  return hidden ? ok(null) : read;
}

function reasonOf(error: Failure): string {
  const reason = error.data?.["reason"];
  return typeof reason === "string" ? `It can't be written: ${reason}.` : error.message;
}
