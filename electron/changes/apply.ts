import type { ApplyResult } from "../../shared/contract/changes.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import { operationInProgress } from "../git/operation.ts";
import type { Current } from "./current.ts";
import { pathsOf } from "./pending.ts";
import { planWrites, type Plan } from "./plan.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { editsTo, endsOf, knownOids, targetsToApply, targetsToReject } from "./targets.ts";
import { carryOut, conflictFailure } from "./write-set.ts";

/** `moved`: the baseline or a file is no longer what it was. */
export type Applied = { result: ApplyResult; moved: boolean };

/** All or nothing: conflicts are the answer, for their person to decide about, and no failure of the call. */
export function nothingWritten(conflicts: ApplyResult["conflicts"]): Applied {
  return { result: { applied: [], conflicts, checkpointId: null }, moved: false };
}

/** Brings the chosen changes to the checkout, and moves the baseline over them. In place only the baseline moves. */
export async function applyChanges(
  deps: ChangesDeps,
  sessionId: string,
  current: Current,
  chosen: readonly TreeChange[],
  options: { dryRun: boolean },
): Promise<Result<Applied, Failure>> {
  const paths = chosen.map((change) => change.path);
  if (chosen.length === 0) return ok({ result: { applied: [], conflicts: [], checkpointId: null }, moved: false });
  if (current.session.kind === "in-place")
    return options.dryRun
      ? ok({ result: { applied: paths, conflicts: [], checkpointId: null }, moved: false })
      : approveInPlace(deps, sessionId, current, chosen);
  const { session } = current;
  const ready = await checkoutReady(deps, session);
  if (!ready.ok) return ready;
  const targets = await targetsToApply(deps, session, chosen, ready.value.tree);
  if (!targets.ok) return targets;
  const plan = await planWrites(
    { snapshots: deps.snapshots, root: session.checkout, linksOut: false },
    targets.value,
    current.tree,
  );
  if (!plan.ok) return plan;
  const { conflicts } = plan.value;
  if (options.dryRun)
    return ok({ result: { applied: withoutConflicts(chosen, plan.value), conflicts, checkpointId: null }, moved: false });
  if (conflicts.length > 0) return ok(nothingWritten(conflicts));
  const baselineAfter = await deps.snapshots.editTree(session.copy, session.baselineTree, editsTo(endsOf(chosen)));
  if (!baselineAfter.ok) return baselineAfter;
  const checkpoint = await deps.checkpoints.take(sessionId, "before-apply", { of: "checkout", tree: ready.value.tree });
  if (!checkpoint.ok) return checkpoint;
  const written = await carryOut(deps, {
    sessionId,
    kind: "apply",
    root: session.checkout,
    plan: plan.value,
    known: knownOids(targets.value),
    baselineBefore: session.baselineTree,
    baselineAfter: baselineAfter.value,
    revertsId: null,
  });
  return written.ok ? ok({ result: { applied: paths, conflicts: [], checkpointId: checkpoint.value.id }, moved: true }) : written;
}

function withoutConflicts(chosen: readonly TreeChange[], plan: Plan): string[] {
  const inConflict = new Set(plan.conflicts.map((conflict) => conflict.path));
  return chosen.filter((change) => !pathsOf(change).some((path) => inConflict.has(path))).map((change) => change.path);
}

/** The checkout as a tree, if it is there and git isn't in the middle of something. */
export async function checkoutReady(deps: ChangesDeps, session: SessionCopy): Promise<Result<{ tree: string }, Failure>> {
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
  return taken.error.code === "WORKING_COPY_MISSING"
    ? failure("PROJECT_PATH_MISSING", `${session.checkout.path} isn't there`)
    : taken;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

async function approveInPlace(
  deps: ChangesDeps,
  sessionId: string,
  current: Current,
  chosen: readonly TreeChange[],
): Promise<Result<Applied, Failure>> {
  const { session } = current;
  const ends = endsOf(chosen);
  const baselineAfter = await deps.snapshots.editTree(session.copy, session.baselineTree, editsTo(ends));
  if (!baselineAfter.ok) return baselineAfter;
  const id = newId("app", deps.clock.now());
  deps.store.addApply({
    id,
    sessionId,
    kind: "approve",
    state: "planned",
    baselineBefore: session.baselineTree,
    baselineAfter: baselineAfter.value,
    revertsId: null,
    entries: ends.map(({ path }) => ({ path, before: null, after: null })),
    createdAt: deps.clock.now(),
  });
  deps.copies.setBaseline(sessionId, baselineAfter.value);
  deps.store.setApplyState(id, "done");
  deps.store.settle(
    sessionId,
    id,
    ends.map((end) => end.path),
  );
  return ok({ result: { applied: chosen.map((change) => change.path), conflicts: [], checkpointId: null }, moved: true });
}

/** Puts the chosen changes back to the baseline in the working copy. */
export async function rejectChanges(
  deps: ChangesDeps,
  sessionId: string,
  current: Current,
  chosen: readonly TreeChange[],
): Promise<Result<{ checkpointId: string | null }, Failure>> {
  if (chosen.length === 0) return ok({ checkpointId: null });
  const { session, tree } = current;
  const targets = await targetsToReject(deps, session, chosen);
  if (!targets.ok) return targets;
  const plan = await planWrites({ snapshots: deps.snapshots, root: session.copy, linksOut: true }, targets.value, tree);
  if (!plan.ok) return plan;
  if (plan.value.conflicts.length > 0) return conflictFailure(plan.value.conflicts);
  const checkpoint = await deps.checkpoints.take(sessionId, "before-reject", { of: "working-copy", tree });
  if (!checkpoint.ok) return checkpoint;
  const written = await carryOut(deps, {
    sessionId,
    kind: "reject",
    root: session.copy,
    plan: plan.value,
    known: knownOids(targets.value),
    baselineBefore: session.baselineTree,
    baselineAfter: session.baselineTree,
    revertsId: null,
  });
  return written.ok ? ok({ checkpointId: checkpoint.value.id }) : written;
}
