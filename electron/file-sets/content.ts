import { createHash, type Hash } from "node:crypto";
import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { FoldedNames } from "../lib/folded-names.ts";
import type { Look } from "../lib/look.ts";
import { ManyFiles } from "../lib/many-files.ts";
import type { NotedPermissions } from "../snapshots/noted-permissions.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { JournalEntry, JournalSide } from "../store/journal-entry.ts";
import type { Version } from "./three-way.ts";

/** What is at a path on the disk: a git blob's id stands for its bytes. */
export type Content = { mode: "100644" | "100755" | "120000"; oid: string; size: number };

/** Larger files are left to git. */
export const maxFileBytes = 512 * 1024 * 1024;

/** With what tells that it is still so. */
export type Seen = { content: Content | null; look: Look };

export const nothing: Seen = { content: null, look: null };

/**
 * A folder that files are read and written in, the names that its disk has, whether modes on it mean anything, and what
 * permissions its files had: looked at once for all of them.
 */
export type Root = { path: string; names: FoldedNames; modes: boolean; noted: NotedPermissions; files: ManyFiles };

/** Has the folder's descriptors for as long as the work lasts. */
export async function inRoot<R>(
  snapshots: SnapshotStore,
  copy: CopyRef,
  work: (root: CopyRef & Root) => Promise<R>,
): Promise<R | { ok: false; error: Failure }> {
  const modes = await snapshots.looksAtModes(copy);
  if (!modes.ok) return modes;
  const noted = await snapshots.notedPermissions(copy);
  if (!noted.ok) return noted;
  const files = new ManyFiles(copy.path);
  try {
    return await work({ ...copy, names: new FoldedNames(copy.path), modes: modes.value, noted: noted.value, files });
  } finally {
    files.close();
  }
}

/**
 * On the disk before the first byte is written: the permissions of what will go, as the plan saw them. What is new here and
 * comes `from` another copy gets those that it has there.
 */
export async function savePermissions(
  snapshots: SnapshotStore,
  { from, to }: { from: CopyRef | null; to: CopyRef },
  entries: readonly JournalEntry[],
): Promise<Result<null, Failure>> {
  const here = await snapshots.notedPermissions(to);
  if (!here.ok) return here;
  const there = from === null ? here : await snapshots.notedPermissions(from);
  if (!there.ok) return there;
  for (const { path } of entries.filter(({ before }) => before === null)) {
    const permissions = there.value.of(path);
    if (permissions !== null) here.value.see(path, permissions);
  }
  return here.value.save();
}

/**
 * Null where nothing of this very name is, or only empty folders are, which make way. Other folders, devices and places behind a link are failures. On a disk that folds
 * case another name's file is found under this one: it is there under its own. `known`: versions of it, the likeliest
 * first, whose mode it has where modes on the disk mean nothing.
 */
export async function readSeen(root: Root, path: string, known: readonly Version[]): Promise<Result<Seen, Failure>> {
  const versions = known.filter((version) => version !== null);
  const algorithm = versions[0]?.oid.length === 64 ? "sha256" : "sha1";
  let hash: Hash | null = null;
  const read = await root.files.read(path, maxFileBytes, (part, size) => {
    hash ??= createHash(algorithm).update(`blob ${size}\0`);
    hash.update(part);
  });
  if (!read.ok) {
    const isNothing = read.error.code === "FILE_NOT_FOUND" || root.files.emptyFolders(path).length > 0;
    return isNothing ? ok(nothing) : read;
  }
  if (!root.names.isExact(path)) return ok(nothing);
  const { size, look, permissions } = read.value;
  if (permissions !== null) root.noted.see(path, permissions);
  const oid = digestOf(hash);
  const own = root.modes || read.value.mode === "120000";
  return ok({ content: { size, oid, mode: own ? read.value.mode : modeOf(versions, oid) }, look });
}

function modeOf(known: readonly { mode: string; oid: string }[], oid: string): Content["mode"] {
  const version = known.find((one) => one.oid === oid) ?? known[0];
  return version?.mode === "100755" ? "100755" : "100644";
}

/** All bytes of a file, or a link's target. */
export async function readBytes({ files }: Root, path: string, maxBytes = maxFileBytes): Promise<Result<Buffer, Failure>> {
  const parts: Uint8Array[] = [];
  const read = await files.read(path, maxBytes, (part) => void parts.push(Uint8Array.from(part)));
  return read.ok ? ok(Buffer.concat(parts)) : read;
}

export function sideOf(content: Content | null): JournalSide {
  return content && { mode: content.mode, oid: content.oid };
}

/** Old trees know modes like 100664; a file on a disk has two. */
export function writable({ mode, oid }: { mode: string; oid: string }): NonNullable<JournalSide> {
  return { mode: mode === "100755" || mode === "120000" ? mode : "100644", oid };
}

function digestOf(hash: Hash | null): string {
  if (!hash) throw new Error("A file that was read has bytes, be they none");
  return hash.digest("hex");
}
