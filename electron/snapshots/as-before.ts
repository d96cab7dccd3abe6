import { ok, type Result } from "../../shared/result.ts";
import { onlyPaths } from "../git/diff-tree.ts";
import { changedSince } from "../lib/changed-since.ts";
import type { CopyRef, SnapshotFailure, SnapshotStore } from "./snapshot-store.ts";

/**
 * A tree of the copy as it was at a moment, told later: `tree`, taken since, with every path that was changed on the
 * disk at or after the moment as `known` has it, the last revision from before.
 */
export async function asBefore(
  snapshots: SnapshotStore,
  copy: CopyRef,
  { tree, known, moment }: { tree: string; known: string; moment: number },
): Promise<Result<string, SnapshotFailure>> {
  if (tree === known) return ok(tree);
  const changes = await snapshots.diff(copy, known, tree, onlyPaths);
  if (!changes.ok) return changes;
  const late = changes.value.filter((change) => changedSince(copy.path, change.path, moment));
  if (late.length === 0) return ok(tree);
  const edits = late.map(({ path: at, oldMode, oldOid }) => ({
    path: at,
    mode: oldMode,
    oid: /^0+$/.test(oldOid) ? null : oldOid,
  }));
  return snapshots.editTree(copy, tree, edits);
}
