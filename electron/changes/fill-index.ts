import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { writeNew } from "../file-sets/journal.ts";
import type { CommitIndex } from "../git/commit-index.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import type { ChangesDeps } from "./ports.ts";
import type { ToCommit } from "./to-commit.ts";

/** Puts files into the index of a commit, byte for byte as they are in the store, through the filters that the repository has. */
export async function fillIndex(
  deps: ChangesDeps,
  copy: CopyRef,
  index: CommitIndex,
  files: readonly ToCommit[],
): Promise<Result<null, Failure>> {
  const written = await writeNew(deps.snapshots, { ...copy, path: index.files }, files);
  if (!written.ok) return written;
  const added = await index.add(files.map(({ path, version }) => ({ path, mode: version?.mode ?? null })));
  return added.ok ? ok(null) : failure("GIT_FAILED", added.error.message);
}
