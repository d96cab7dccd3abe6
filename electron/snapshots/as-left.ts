import { ok, type Result } from "../../shared/result.ts";
import { onlyPaths, type TreeChange } from "../git/diff-tree.ts";
import type { CopyRef, SnapshotFailure, SnapshotStore } from "./snapshot-store.ts";

/**
 * A tree of a copy that somebody removed: `last`, what was seen of it last, with the files of `known`, an earlier one, that
 * it hasn't any more. Whoever watched may have seen the removal itself halfway, so that a file is gone says nothing.
 */
export async function asLeft(
  snapshots: Pick<SnapshotStore, "diff" | "editTree">,
  copy: CopyRef,
  { known, last }: { known: string; last: string },
): Promise<Result<string, SnapshotFailure>> {
  if (last === known) return ok(last);
  const changes = await snapshots.diff(copy, known, last, onlyPaths);
  if (!changes.ok) return changes;
  const gone = changes.value.filter(({ operation }) => operation === "delete");
  const there = changes.value.filter(({ operation }) => operation !== "delete").map(({ path }) => path);
  const back = gone.filter(({ path }) => !there.some((other) => path.startsWith(`${other}/`) || other.startsWith(`${path}/`)));
  return back.length === 0 ? ok(last) : snapshots.editTree(copy, last, back.map(toEdit));
}

function toEdit({ path, oldMode, oldOid }: TreeChange): { path: string; mode: string; oid: string } {
  return { path, mode: oldMode, oid: oldOid };
}
