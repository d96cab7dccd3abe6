import type { Failure } from "../../shared/errors.ts";
import { assertNever, ok, type Result } from "../../shared/result.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import { decide, type Clash, type Version } from "./three-way.ts";

export type Versions = { base: Version; ours: Version; theirs: Version };
export type Merged = { version: Version } | { clash: Clash };

/** `ours` with what leads from `base` to `theirs`; a text that had to be merged is in the store. Nothing is written. */
export async function mergeVersions(
  snapshots: SnapshotStore,
  copy: CopyRef,
  { base, ours, theirs }: Versions,
): Promise<Result<Merged, Failure>> {
  const decision = decide(base, ours, theirs);
  switch (decision.kind) {
    case "keep":
      return ok({ version: ours });
    case "take":
      return ok({ version: theirs && { oid: theirs.oid, mode: decision.mode } });
    case "mode":
      return ok({ version: ours && { oid: ours.oid, mode: decision.mode } });
    case "conflict":
      return ok({ clash: decision.clash });
    case "merge": {
      if (!base || !ours || !theirs) throw new Error("A merge has three versions");
      const merged = await snapshots.mergeBlobs(copy, base.oid, ours.oid, theirs.oid);
      if (!merged.ok) return merged;
      return ok(
        "conflict" in merged.value ? { clash: "same-place" } : { version: { oid: merged.value.oid, mode: decision.mode } },
      );
    }
    default:
      return assertNever(decision);
  }
}
