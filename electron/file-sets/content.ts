import { createHash } from "node:crypto";
import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { FoldedNames } from "../lib/folded-names.ts";
import { type FolderSyncs, makeLinkInside, readInside, removeInside, writeFileInside } from "../lib/write-file.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { JournalSide } from "../store/journal-entry.ts";
import type { Version } from "./three-way.ts";

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

/** A folder that files are read from, the names that its disk has, and whether modes on it mean anything: looked at once. */
export type Root = { path: string; names: FoldedNames; modes: boolean };

export async function rootOf<T extends CopyRef>(snapshots: SnapshotStore, copy: T): Promise<Result<T & Root, Failure>> {
  const modes = await snapshots.looksAtModes(copy);
  return modes.ok ? ok({ ...copy, names: new FoldedNames(copy.path), modes: modes.value }) : modes;
}

/**
 * Returns null where nothing of this very name is. Folders, devices and places behind a link are failures. On a disk that
 * folds case another name's file is found under this one: it is there under its own. `known`: versions of it, the
 * likeliest first, whose mode it has where modes on the disk mean nothing.
 */
export async function readContent(root: Root, path: string, known: readonly Version[]): Promise<Result<Content | null, Failure>> {
  const read = await readInside(root.path, path, maxFileBytes);
  if (read.ok && !root.names.isExact(path)) return ok(null);
  if (!read.ok) return read.error.code === "FILE_NOT_FOUND" ? ok(null) : read;
  const versions = known.filter((version) => version !== null);
  const oid = blobOid(read.value.bytes, versions[0]?.oid ?? "");
  const own = root.modes || read.value.mode === "120000";
  return ok({ ...read.value, oid, mode: own ? read.value.mode : modeOf(versions, oid) });
}

function modeOf(known: readonly { mode: string; oid: string }[], oid: string): Content["mode"] {
  const version = known.find((one) => one.oid === oid) ?? known[0];
  return version?.mode === "100755" ? "100755" : "100644";
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
