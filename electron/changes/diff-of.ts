import type { FileDiff, PendingChange } from "../../shared/contract/changes.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Current } from "./current.ts";
import { pathsOf } from "./pending.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import type { ChangesDeps } from "./ports.ts";

const maxDiffBytes = 2 * 1024 * 1024;
/** Per file, where the diffs of all files are asked for at once. */
const maxListedBytes = 256 * 1024;
const maxListedTotal = 8 * 1024 * 1024;

/** As much of a look as its patches need. */
export type Compared = Pick<Current, "session" | "tree" | "differences">;

/** One file's patch and both its texts, as far as they are text and small enough. */
export async function diffOf(deps: ChangesDeps, current: Compared, path: string): Promise<Result<FileDiff, Failure>> {
  const change = current.differences.find((one) => one.path === path);
  if (!change) return failure("CHANGE_NOT_FOUND", `${path} has no pending change`, { field: "path" });
  const shared = { path, ...(change.oldPath === undefined ? {} : { oldPath: change.oldPath }), binary: change.binary };
  if (change.binary || isSubmodule(change)) return ok({ ...shared, patch: null, oldText: null, newText: null, truncated: false });
  const { copy, baselineTree } = current.session;
  const [patch, oldText, newText] = await Promise.all([
    deps.snapshots.patch(copy, baselineTree, current.tree, pathsOf(change), maxDiffBytes),
    textOf(deps, current, change.oldMode, change.oldOid),
    textOf(deps, current, change.newMode, change.newOid),
  ]);
  if (!patch.ok) return patch;
  return ok({
    ...shared,
    patch: patch.value.text,
    oldText: oldText.text,
    newText: newText.text,
    truncated: patch.value.truncated || oldText.cut || newText.cut,
  });
}

async function textOf(
  deps: ChangesDeps,
  current: Compared,
  mode: string,
  oid: string,
): Promise<{ text: string | null; cut: boolean }> {
  if (/^0*$/.test(mode)) return { text: null, cut: false };
  const blob = await deps.snapshots.readBlob(current.session.copy, oid, maxDiffBytes);
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
    if (!difference || difference.binary || isSubmodule(difference) || total > maxListedTotal) {
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

function isSubmodule(change: TreeChange): boolean {
  return change.oldMode === "160000" || change.newMode === "160000";
}
