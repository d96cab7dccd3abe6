import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { onlyPaths } from "../git/diff-tree.ts";
import { mergeVersions } from "./merge.ts";
import type { Version } from "./three-way.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";

/**
 * `ours` with what leads from `base` to `theirs`, file by file. Where both changed the same place theirs is taken: whoever
 * resolved that in the files has done work of their own.
 */
export async function mergeTrees(
  snapshots: SnapshotStore,
  copy: CopyRef,
  { base, ours, theirs }: { base: string; ours: string; theirs: string },
): Promise<Result<string, Failure>> {
  if (ours === theirs || base === theirs) return ok(ours);
  if (base === ours) return ok(theirs);
  const changes = await snapshots.diff(copy, base, theirs, onlyPaths);
  if (!changes.ok) return changes;
  const paths = changes.value.map(({ path }) => path);
  const entries = await snapshots.entries(copy, ours, paths);
  if (!entries.ok) return entries;
  const present = new Map<string, Version>(entries.value.map(({ path, mode, oid }) => [path, { mode, oid }]));
  const edits: Parameters<SnapshotStore["editTree"]>[2] = [];
  for (const { path, oldMode, oldOid, newMode, newOid } of changes.value) {
    const brought = version(newMode, newOid);
    const versions = { base: version(oldMode, oldOid), ours: present.get(path) ?? null, theirs: brought };
    const merged = await mergeVersions(snapshots, copy, versions);
    if (!merged.ok) return merged;
    const to = "clash" in merged.value ? brought : merged.value.version;
    edits.push({ path, mode: to?.mode ?? "0", oid: to?.oid ?? null });
  }
  return snapshots.editTree(copy, ours, edits);
}

function version(mode: string, oid: string): Version {
  return /^0*$/.test(mode) ? null : { mode, oid };
}
