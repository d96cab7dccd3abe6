import type { FileDiff, PendingChange } from "../../shared/contract/changes.ts";
import type { PictureFile } from "../../shared/contract/files.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Current } from "./current.ts";
import { pathsOf } from "./pending.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import type { Patch } from "../git/file-patch.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import { maxPictureBytes, pictureFileOf } from "../lib/read-picture.ts";
import type { ChangesDeps } from "./ports.ts";

export const maxDiffBytes = 2 * 1024 * 1024;
/** Per file, where the diffs of all files are asked for at once. */
const maxListedBytes = 256 * 1024;
const maxListedTotal = 8 * 1024 * 1024;

/** One file's patch and both its texts, as far as they are text and small enough. */
export async function diffOf(deps: ChangesDeps, current: Current, path: string): Promise<Result<FileDiff, Failure>> {
  const change = current.differences.find((one) => one.path === path);
  if (!change) return failure("CHANGE_NOT_FOUND", `${path} has no pending change`, { field: "path" });
  const { copy, baselineTree } = current.session;
  const [patch, texts] = await Promise.all([
    hasPatch(change) ? deps.snapshots.patch(copy, baselineTree, current.tree, pathsOf(change), maxDiffBytes) : ok(noPatch),
    textsOf(deps, copy, change),
  ]);
  return patch.ok ? ok(toFileDiff(change, patch.value, texts)) : patch;
}

/** Both ends of a change whose file is no text. */
export async function picturesOf(
  deps: ChangesDeps,
  { session, differences }: Current,
  path: string,
): Promise<Result<Pictures, Failure>> {
  const change = differences.find((one) => one.path === path);
  if (!change) return failure("CHANGE_NOT_FOUND", `${path} has no pending change`, { field: "path" });
  const [before, after] = await Promise.all([
    pictureOf(deps, session.copy, change.oldMode, change.oldOid),
    pictureOf(deps, session.copy, change.newMode, change.newOid),
  ]);
  if (!before.ok) return before;
  return after.ok ? ok({ before: before.value, after: after.value }) : after;
}

export type Pictures = { before: PictureFile | null; after: PictureFile | null };

async function pictureOf(
  deps: ChangesDeps,
  copy: CopyRef,
  mode: string,
  oid: string,
): Promise<Result<PictureFile | null, Failure>> {
  // A link is no picture, whatever its target is called.
  if (!mode.startsWith("100")) return ok(null);
  const read = await deps.snapshots.readBlobs(copy, [oid], maxPictureBytes);
  if (!read.ok) return read;
  const bytes = read.value.get(oid);
  return ok(bytes ? pictureFileOf(bytes) : { bytes: null, picture: null });
}

type Text = { text: string | null; cut: boolean };
export type Texts = { old: Text; now: Text };

const noPatch: Patch = { text: "", truncated: false };
const noText: Text = { text: null, cut: false };

export function toFileDiff(change: TreeChange, patch: Patch, { old, now }: Texts): FileDiff {
  return {
    path: change.path,
    ...(change.oldPath === undefined ? {} : { oldPath: change.oldPath }),
    binary: change.binary,
    patch: hasPatch(change) ? patch.text : null,
    oldText: old.text,
    newText: now.text,
    truncated: hasPatch(change) && (patch.truncated || old.cut || now.cut),
  };
}

/** Both texts of a change; none where it is no text. */
export async function textsOf(deps: ChangesDeps, copy: CopyRef, change: TreeChange): Promise<Texts> {
  if (!hasPatch(change)) return { old: noText, now: noText };
  const [old, now] = await Promise.all([
    textOf(deps, copy, change.oldMode, change.oldOid),
    textOf(deps, copy, change.newMode, change.newOid),
  ]);
  return { old, now };
}

async function textOf(deps: ChangesDeps, copy: CopyRef, mode: string, oid: string): Promise<Text> {
  if (/^0*$/.test(mode)) return noText;
  const blob = await deps.snapshots.readBlob(copy, oid, maxDiffBytes);
  return blob.ok
    ? { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(blob.value), cut: false }
    : { text: null, cut: true };
}

/** The changes with their patches, until so much is together that the rest is left to be asked for one by one. */
export async function patchText(deps: ChangesDeps, current: Current): Promise<Result<PendingChange[], Failure>> {
  const { copy, baselineTree } = current.session;
  const together = await deps.snapshots.patches(copy, baselineTree, current.tree, maxListedBytes);
  if (!together.ok) return together;
  const listed: PendingChange[] = [];
  let total = 0;
  for (const [at, change] of current.changes.entries()) {
    const difference = current.differences[at];
    if (!difference || !hasPatch(difference) || total > maxListedTotal) {
      listed.push(change);
      continue;
    }
    const known = together.value?.get(difference.path);
    const patch =
      known === undefined
        ? await deps.snapshots.patch(copy, baselineTree, current.tree, pathsOf(difference), maxListedBytes)
        : ok({ text: known });
    if (!patch.ok) return patch;
    total += patch.value.text.length;
    listed.push({ ...change, diff: patch.value.text });
  }
  return ok(listed);
}

function hasPatch({ binary, oldMode, newMode }: TreeChange): boolean {
  return !binary && oldMode !== "160000" && newMode !== "160000";
}
