import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { findCommittable } from "./commit-applied.ts";
import type { ChangesDeps } from "./ports.ts";

/** Writes a commit's message for a diff of the session. */
export type Describe = (
  diff: string,
  sessionId: string,
  signal: AbortSignal,
) => Promise<Result<string, { type: "none" | "cancelled" | "failed"; message: string }>>;

type Code = "NOTHING_TO_COMMIT" | "HELPER_MODEL_MISSING" | "HELPER_MODEL_FAILED";

const maxFileBytes = 4_000;
const maxChars = 40_000;

/** A message for the commit that could be made now, by a model; nothing is committed. */
export async function draftCommit(
  deps: ChangesDeps & { describe: Describe },
  sessionId: string,
  signal: AbortSignal,
): Promise<Result<{ message: string }, Failure>> {
  const diff = await diffToCommit(deps, sessionId);
  if (!diff.ok) return diff;
  const message = await deps.describe(diff.value, sessionId, signal);
  if (message.ok) return ok({ message: message.value });
  const code: Code = message.error.type === "none" ? "HELPER_MODEL_MISSING" : "HELPER_MODEL_FAILED";
  return failure(code, `${message.error.message}.`.replace(/[.!?]\.$/, "."));
}

/** All paths, and then as much of the patches as a small model reads. */
async function diffToCommit(deps: ChangesDeps, sessionId: string): Promise<Result<string, Failure>> {
  const found = await findCommittable(deps, sessionId);
  if (!found.ok) return found;
  const { session, files, last } = found.value;
  if (files.length === 0) return failure("NOTHING_TO_COMMIT", "Nothing that was applied is waiting to be committed");
  const { checkout } = session;
  const from = await deps.snapshots.treeOf(checkout, last.commit);
  if (!from.ok) return from;
  const edits = files.map(({ path, version }) => ({ path, mode: version?.mode ?? "100644", oid: version?.oid ?? null }));
  const to = await deps.snapshots.editTree(checkout, from.value, edits);
  if (!to.ok) return to;
  const patches = await deps.snapshots.patches(checkout, from.value, to.value, maxFileBytes);
  if (!patches.ok) return patches;
  const paths = files.map(({ path, version }) => `${version === null ? "delete" : "write"} ${path}`);
  return ok([...paths, "", ...(patches.value?.values() ?? [])].join("\n").slice(0, maxChars));
}
