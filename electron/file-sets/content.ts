import { createHash } from "node:crypto";
import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { FoldedNames } from "../lib/folded-names.ts";
import { type FolderSyncs, makeLinkInside, readInside, removeInside, writeFileInside } from "../lib/write-file.ts";
import type { JournalSide } from "../store/journal-entry.ts";

/** Larger files are left to git: a file is read and written whole. */
export const maxFileBytes = 512 * 1024 * 1024;

/** What is at a path on the disk, byte for byte. */
export type Content = { mode: "100644" | "100755" | "120000"; oid: string; bytes: Buffer };

/** A git blob's id of these bytes; `like` is an id of the same store, which tells SHA-1 from SHA-256. */
function blobOid(bytes: Uint8Array, like: string): string {
  return createHash(like.length === 64 ? "sha256" : "sha1")
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest("hex");
}

/** A folder that files are read from, and the names that its disk has: looked at once for many reads. */
export type Root = { path: string; names: FoldedNames };

export function namedRoot<T extends { path: string }>(root: T): T & Root {
  return { ...root, names: new FoldedNames(root.path) };
}

/**
 * Returns null where nothing of this very name is. Folders, devices and places behind a link are failures. On a disk that
 * folds case another name's file is found under this one: it is there under its own.
 */
export async function readContent(root: Root, path: string, like: string): Promise<Result<Content | null, Failure>> {
  const read = await readInside(root.path, path, maxFileBytes);
  if (read.ok && !root.names.isExact(path)) return ok(null);
  if (!read.ok) return read.error.code === "FILE_NOT_FOUND" ? ok(null) : read;
  return ok({ ...read.value, oid: blobOid(read.value.bytes, like) });
}

/** Where a link leads is judged when a set is planned; by now it may be one that was there before. */
export function writeContent(
  root: string,
  path: string,
  content: { mode: Content["mode"]; bytes: Buffer } | null,
  syncs?: FolderSyncs,
): Promise<Result<null, Failure>> {
  if (!content) return removeInside(root, path, syncs);
  if (content.mode === "120000") return makeLinkInside(root, path, content.bytes, { allowOutside: true });
  return writeFileInside(root, path, { bytes: content.bytes, mode: content.mode }, syncs);
}

export function sideOf(content: Content | null): JournalSide {
  return content && { mode: content.mode, oid: content.oid };
}
