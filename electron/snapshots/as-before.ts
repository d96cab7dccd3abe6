import { lstatSync } from "node:fs";
import path from "node:path";
import { encodePath } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { CopyRef, SnapshotFailure, SnapshotStore } from "./snapshot-store.ts";

/** File systems stamp with a clock that lags the system's by a tick. */
const slackMs = 50;

/**
 * A tree of the copy as it was at a moment, told later: `tree`, taken since, with every path that was changed on the
 * disk at or after the moment as `known` has it, the last revision from before. By the time of change (ctime), which no
 * program can set; for what is gone by that of the folder it was in.
 */
export async function asBefore(
  snapshots: SnapshotStore,
  copy: CopyRef,
  { tree, known, moment }: { tree: string; known: string; moment: number },
): Promise<Result<string, SnapshotFailure>> {
  if (tree === known) return ok(tree);
  const changes = await snapshots.diff(copy, known, tree, { renames: false });
  if (!changes.ok) return changes;
  const late = changes.value.filter((change) => changedSince(copy.path, change.path, moment - slackMs));
  if (late.length === 0) return ok(tree);
  const edits = late.map(({ path: at, oldMode, oldOid }) => ({
    path: at,
    mode: oldMode,
    oid: /^0+$/.test(oldOid) ? null : oldOid,
  }));
  return snapshots.editTree(copy, tree, edits);
}

function changedSince(root: string, relative: string, moment: number): boolean {
  for (let at = relative; ; at = path.posix.dirname(at)) {
    const stat = lstatSync(Buffer.from(encodePath(at === "." ? root : `${root}/${at}`)), { throwIfNoEntry: false });
    if (stat) return stat.ctimeMs >= moment;
    if (at === ".") return true;
  }
}
