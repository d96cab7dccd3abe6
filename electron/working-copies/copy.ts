import type { Result } from "../../shared/result.ts";
import type { CopyRef, SnapshotFailure, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { WorkingCopyRow } from "../store/working-copies.ts";

/** A session's working copy, with the path its project has now, and what is checked out in it. */
export type Copy = Pick<
  WorkingCopyRow,
  | "id"
  | "sessionId"
  | "projectId"
  | "kind"
  | "path"
  | "branch"
  | "baseCommit"
  | "baseRef"
  | "baselineTree"
  | "revisionTree"
  | "gitBase"
  | "state"
  | "detail"
> & {
  projectPath: string;
  detachedAt: string | null;
  /** Of the copy, where programs begin; empty for its top. */
  folder: string;
};

export function copyRef(copy: Copy): CopyRef {
  return { projectId: copy.projectId, projectPath: copy.projectPath, copyId: copy.id, path: copy.path };
}

/** What working copies need of the snapshot store. */
export type Trees = Pick<SnapshotStore, "snapshot" | "treeOf" | "notCovered"> & {
  diff(
    copy: CopyRef,
    fromTree: string,
    toTree: string,
    options: { renames: false; counts: false },
  ): Promise<Result<{ operation: string; path: string }[], SnapshotFailure>>;
};

/** Called at each labelled step; tests end the process in it. */
export type Failpoint = (label: string) => void;
