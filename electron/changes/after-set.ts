import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { mergeTrees } from "../file-sets/merge-trees.ts";
import type { RecoveredSet, SetOwner } from "../file-sets/file-sets.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import type { FileSetRow } from "../store/changes.ts";
import { hasCommit } from "../git/commit-tree.ts";
import { wordsOf } from "./conflict-words.ts";
import { refOf } from "./places.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";

/** Applied sets a session can still take out; the bytes of older ones are let go. */
const keptSets = 20;

/** Applying writes links as an agent made them, so none may lead out; going back may make one that was there before. */
export function setOwner(deps: ChangesDeps, kind: "apply" | "revert" | "reject" | "follow"): SetOwner {
  const inSession = kind === "reject" || kind === "follow";
  const words = wordsOf(inSession ? "the session's folder" : "the checkout");
  return {
    kinds: [kind],
    rules: { linksOut: kind !== "apply", whole: true, words },
    rootOf: (row) => {
      const session = deps.copies.find(row.sessionId);
      return session && (inSession ? session.copy : refOf(session, row.place));
    },
    done: (row, root) => afterSet(deps, row, root),
  };
}

async function afterSet(deps: ChangesDeps, row: FileSetRow, root: CopyRef): Promise<Result<null, Failure>> {
  const { store, fileSets } = deps;
  const { baselineBefore: from, baselineAfter: to } = row;
  const moved = from === null || to === null ? ok(null) : await deps.advance(row.sessionId, { from, to });
  if (!moved.ok) return moved;
  deps.failpoint?.(`${row.kind}:baseline`);
  if (row.kind === "revert" && row.subjectId !== null) await store.finishRevert(row.id, row.subjectId);
  else if (row.kind === "reject" || row.kind === "follow") await fileSets.release(row, root, "done");
  else await store.setState(row.id, "done");
  // It is whole from here on, whatever becomes of what is told of it.
  if (row.kind === "apply") await store.settle(row, pathsIn(row));
  for (const id of store.appliedIds(row.sessionId).slice(keptSets)) await fileSets.release({ id }, root, "settled");
  return ok(null);
}

function pathsIn({ entries }: FileSetRow): string[] {
  return entries.map(({ path }) => path);
}

/** Ends what an earlier core was writing when it died. */
export async function recoverChanges(deps: ChangesDeps): Promise<{ sessionId: string; outcome: RecoveredSet["outcome"] }[]> {
  await deps.store.recover();
  const recovered = [...(await approvalsCutOff(deps)), ...(await branchesCutOff(deps))];
  for (const kind of ["apply", "revert", "reject", "follow"] as const)
    for (const { row, outcome } of await deps.fileSets.recover(setOwner(deps, kind)))
      recovered.push({ sessionId: row.sessionId, outcome });
  return recovered;
}

/** Approving in place writes no files: it is done if the baseline has moved, and nothing of it is left to do. */
async function approvalsCutOff(deps: ChangesDeps): Promise<{ sessionId: string; outcome: RecoveredSet["outcome"] }[]> {
  const rows = (await deps.store.unfinishedSets()).filter((row) => row.kind === "approve");
  const settled: Awaited<ReturnType<typeof approvalsCutOff>> = [];
  for (const row of rows) {
    const session = deps.copies.find(row.sessionId);
    const hasMoved = session ? await hasAdvanced(deps, session, row) : failure("SESSION_NOT_FOUND", "There is no such session");
    const outcome = hasMoved.ok ? (hasMoved.value ? "done" : "undone") : "left";
    if (outcome !== "left") await deps.store.setState(row.id, outcome);
    if (outcome === "done") await deps.store.settle(row, pathsIn(row));
    settled.push({ sessionId: row.sessionId, outcome });
  }
  return settled;
}

/** Git may have brought something in since, which the baseline has too. */
async function hasAdvanced(
  { snapshots }: ChangesDeps,
  { copy, baselineTree }: SessionCopy,
  { baselineBefore: base, baselineAfter: theirs }: FileSetRow,
): Promise<Result<boolean, Failure>> {
  if (base === null || theirs === null) return ok(baselineTree === theirs);
  const merged = await mergeTrees(snapshots, copy, { base, ours: baselineTree, theirs });
  return merged.ok ? ok(merged.value === baselineTree) : merged;
}

/** A commit on a branch is made and moved to at once: it is done if the branch has it. */
async function branchesCutOff(deps: ChangesDeps): ReturnType<typeof approvalsCutOff> {
  const settled: Awaited<ReturnType<typeof approvalsCutOff>> = [];
  for (const row of await deps.store.unfinishedSets()) {
    if (row.place?.kind !== "branch") continue;
    const session = deps.copies.find(row.sessionId);
    const { branch, commit } = row.place;
    const has = session && (await hasCommit(deps.git, session.checkout.path, branch, commit));
    const done = session && has?.ok && has.value ? await afterSet(deps, row, session.copy) : ok(null);
    if (session && has?.ok && !has.value) await deps.fileSets.release(row, session.copy, "undone");
    const outcome = has?.ok && done.ok ? (has.value ? "done" : "undone") : "left";
    settled.push({ sessionId: row.sessionId, outcome });
  }
  return settled;
}
