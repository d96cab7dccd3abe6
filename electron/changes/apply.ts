import type { ApplyResult } from "../../shared/contract/changes.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import type { NotCovered } from "../../shared/not-covered.ts";
import { ok, type Result } from "../../shared/result.ts";
import { refusal, type ConflictWords, type FileSetPlan } from "../file-sets/plan.ts";
import type { FileSetOutcome, SetOwner } from "../file-sets/file-sets.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import { operationInProgress } from "../git/operation.ts";
import { withoutStuck } from "./entangled.ts";
import { checkoutMissing, requireCheckout, type Seen } from "./current.ts";
import { pathsOf } from "./pending.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { editsTo, endsOf, targetsToApply } from "./targets.ts";

/** `moved`: the baseline or a file is no longer what it was. */
export type Applied = { result: ApplyResult; moved: boolean };

export type Chosen = { current: Seen; chosen: TreeChange[] };
/** Looks at the session and takes what was asked for. */
export type Choose = () => Promise<Result<Chosen, Failure>>;

/** `place`: where it is written, as a person calls it. */
export function wordsOf(place: "the checkout" | "the session's folder"): ConflictWords {
  return {
    submodule: `It is a submodule: update it in ${place} with git.`,
    "deleted-in-ours": `It was deleted in ${place} and changed here.`,
    "deleted-in-theirs": `It was changed in ${place} and deleted here.`,
    "made-in-both": "Both sides have a new file of this name.",
    link: "Both sides changed a link.",
    "same-place": "Both sides changed the same place.",
    changing: `It is being changed in ${place}.`,
    "in-the-way": `Something that isn't a file is in its place in ${place}.`,
    "left-out": `A file that git ignores, or that is too large for snapshots, is in its place in ${place}.`,
  };
}

export type ApplyJob = { sessionId: string; session: SessionCopy; owner: SetOwner; choose: Choose; dryRun: boolean };

/** Brings the chosen changes to the checkout, and moves the baseline over them. */
export async function applyToCheckout(deps: ChangesDeps, job: ApplyJob): Promise<Result<Applied, Failure>> {
  const { sessionId, session, owner, dryRun } = job;
  let looked: (Chosen & { checkoutTree: string }) | null = null;
  const outcome = await deps.fileSets.carryOut({
    kind: "apply",
    sessionId,
    owner,
    root: session.checkout,
    source: session.copy,
    dryRun,
    async want() {
      const found = await job.choose();
      if (!found.ok) return found;
      if (found.value.chosen.length === 0) return ok({ targets: [] });
      const ready = await checkoutReady(deps, session);
      if (!ready.ok) return ready;
      looked = { ...found.value, checkoutTree: ready.value.tree };
      return targetsToApply(deps, session, found.value.chosen, ready.value.tree);
    },
    async prepare() {
      if (!looked) return ok(null);
      const baselineBefore = looked.current.session.baselineTree;
      const baselineAfter = await deps.snapshots.editTree(session.copy, baselineBefore, editsTo(endsOf(looked.chosen)));
      if (!baselineAfter.ok) return baselineAfter;
      const kept = await deps.checkpoints.take(sessionId, "before-apply", { of: "checkout", tree: looked.checkoutTree });
      if (!kept.ok) return kept;
      return ok({ checkpointId: kept.value.id, baselineBefore, baselineAfter: baselineAfter.value, subjectId: null });
    },
  });
  return outcome.ok ? toApplied(outcome.value, whole(looked), { dryRun, notCovered: notCoveredOf(looked) }) : outcome;
}

function notCoveredOf(looked: Chosen | null): NotCovered[] {
  return looked?.current.notCovered ?? [];
}

function whole(looked: Chosen | null): string[][] {
  return looked?.chosen.map((change) => [...new Set([change.path, ...pathsOf(change)])]) ?? [];
}

/**
 * `groups`: what was asked for, each path first and with it those that go only together with it. A preview tells a hostile
 * path like a conflict; a choice that has one is refused.
 */
export function toApplied(
  outcome: FileSetOutcome,
  groups: readonly string[][],
  { dryRun, notCovered }: { dryRun: boolean; notCovered: NotCovered[] },
): Result<Applied, Failure> {
  const { id: applyId, plan, checkpointId } = outcome;
  if (!dryRun && plan.refused.length > 0) return refusal(plan.refused);
  const moved = outcome.written !== null;
  const applied = moved || dryRun ? withoutConflicts(groups, plan) : [];
  return ok({ result: { applyId, applied, conflicts: plan.conflicts, checkpointId, notCovered }, moved });
}

function withoutConflicts(groups: readonly string[][], plan: FileSetPlan): string[] {
  const inConflict = plan.conflicts.map((conflict) => conflict.path);
  return withoutStuck(groups, inConflict).flatMap(([path]) => path ?? []);
}

/** The checkout as a tree, if it is there and git isn't in the middle of something. */
export async function checkoutReady(deps: ChangesDeps, session: SessionCopy): Promise<Result<{ tree: string }, Failure>> {
  const there = await requireCheckout(deps, session);
  if (!there.ok) return there;
  const operation = await operationInProgress(deps.git, session.checkout.path);
  if (!operation.ok) return failure("GIT_FAILED", operation.error.message);
  if (operation.value) {
    const { name, wayOut } = operation.value;
    return failure(
      "CHECKOUT_IN_OPERATION",
      `${capital(name)} is going on in ${session.checkout.path}. End it first: ${wayOut}.`,
      { data: { operation: name, wayOut } },
    );
  }
  const taken = await deps.snapshots.snapshot(session.checkout);
  if (taken.ok) return taken;
  return taken.error.code === "WORKING_COPY_MISSING" ? checkoutMissing(session) : taken;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** In place there is nothing to write: the baseline moves over what was chosen. */
export async function approveInPlace(
  deps: ChangesDeps,
  sessionId: string,
  { current, chosen }: Chosen,
): Promise<Result<Applied, Failure>> {
  const { session } = current;
  const { notCovered } = current;
  const applied = chosen.map((change) => change.path);
  if (chosen.length === 0) return ok(movedOver(null, applied, notCovered));
  const ends = endsOf(chosen);
  const baselineAfter = await deps.snapshots.editTree(session.copy, session.baselineTree, editsTo(ends));
  if (!baselineAfter.ok) return baselineAfter;
  const id = newId("app", deps.clock.now());
  await deps.store.addSet({
    id,
    sessionId,
    kind: "approve",
    state: "planned",
    baselineBefore: session.baselineTree,
    baselineAfter: baselineAfter.value,
    subjectId: null,
    entries: ends.map(({ path }) => ({ path, before: null, after: null })),
    createdAt: deps.clock.now(),
  });
  deps.copies.setBaseline(sessionId, baselineAfter.value);
  await deps.store.setState(id, "done");
  deps.store.settle(
    sessionId,
    id,
    ends.map((end) => end.path),
  );
  return ok(movedOver(id, applied, notCovered));
}

/** In place only the baseline moves; without an id nothing did. */
export function movedOver(applyId: string | null, applied: string[], notCovered: NotCovered[]): Applied {
  return { result: { applyId, applied, conflicts: [], checkpointId: null, notCovered }, moved: applyId !== null };
}
