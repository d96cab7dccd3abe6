import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { mergeVersions } from "../file-sets/merge.ts";
import { sameVersion, type Version } from "../file-sets/three-way.ts";
import { onlyPaths } from "../git/diff-tree.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { ChangesRepository } from "../store/changes.ts";
import { contentOf, fingerprintOf, partsOf, type FingerprintParts } from "./pending.ts";

type Ground = { store: ChangesRepository; snapshots: SnapshotStore; clock: { now(): number } };
type Moved = ReadonlyMap<string, { from: Version; to: Version }>;

/**
 * Takes what is known of pending changes along where the baseline moves under them: an approval, and whose a file is, are
 * of the same work on another ground. What doesn't come together there is left as it was, and counts again on the old one.
 */
export async function carryReviews(
  ground: Ground,
  sessionId: string,
  copy: CopyRef,
  move: { from: string; to: string },
): Promise<Result<null, Failure>> {
  const { store, snapshots } = ground;
  const changes = await snapshots.diff(copy, move.from, move.to, onlyPaths);
  if (!changes.ok) return changes;
  const moved: Moved = new Map(
    changes.value.map(({ path, oldMode, oldOid, newMode, newOid }) => [
      path,
      { from: version(oldMode, oldOid), to: version(newMode, newOid) },
    ]),
  );
  const approvals = await carriedApprovals(ground, copy, moved, await store.approvals(sessionId));
  if (!approvals.ok) return approvals;
  const contents = await carriedContents(ground, copy, moved, await store.attributions(sessionId));
  if (!contents.ok) return contents;
  await store.carry(sessionId, { approvals: approvals.value, contents: contents.value }, ground.clock.now());
  return ok(null);
}

async function carriedApprovals(
  { snapshots }: Ground,
  copy: CopyRef,
  moved: Moved,
  approvals: ReadonlyMap<string, string>,
): Promise<Result<{ path: string; fingerprint: string }[], Failure>> {
  const carried: { path: string; fingerprint: string }[] = [];
  for (const [path, fingerprint] of approvals) {
    const parts = partsOf(fingerprint);
    const under = moved.get(parts.oldPath || path);
    const before = version(parts.oldMode, parts.oldOid);
    if (!under || !sameVersion(before, under.from)) continue;
    const versions = { base: before, ours: version(parts.newMode, parts.newOid), theirs: under.to };
    const merged = await mergeVersions(snapshots, copy, versions);
    if (!merged.ok) return merged;
    if ("version" in merged.value)
      carried.push({ path, fingerprint: fingerprintOf(onGround(parts, under.to, merged.value.version)) });
  }
  return ok(carried);
}

async function carriedContents(
  { snapshots }: Ground,
  copy: CopyRef,
  moved: Moved,
  attributions: readonly { path: string; content: string }[],
): Promise<Result<{ path: string; from: string; to: string }[], Failure>> {
  const carried: { path: string; from: string; to: string }[] = [];
  for (const { path, content } of attributions) {
    const under = moved.get(path);
    if (!under) continue;
    const [mode = "", oid = ""] = content.split(" ");
    const merged = await mergeVersions(snapshots, copy, { base: under.from, ours: version(mode, oid), theirs: under.to });
    if (!merged.ok) return merged;
    const to = "version" in merged.value ? merged.value.version : null;
    if (to) carried.push({ path, from: content, to: contentOf(to.mode, to.oid) });
  }
  return ok(carried);
}

function onGround(parts: FingerprintParts, before: Version, now: Version): FingerprintParts {
  const zero = "0".repeat(Math.max(parts.oldOid.length, parts.newOid.length));
  const side = (of: Version): [string, string] => [of?.mode ?? "000000", of?.oid ?? zero];
  const [[oldMode, oldOid], [newMode, newOid]] = [side(before), side(now)];
  return { oldPath: parts.oldPath, oldMode, oldOid, newMode, newOid };
}

function version(mode: string, oid: string): Version {
  return /^0*$/.test(mode) ? null : { mode, oid };
}
