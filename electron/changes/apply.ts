import { placeName, type ApplyPlace } from "../../shared/apply-place.ts";
import type { ApplyResult } from "../../shared/contract/changes.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import type { NotCovered } from "../../shared/not-covered.ts";
import { ok, type Result } from "../../shared/result.ts";
import { refusal, type FileSetPlan } from "../file-sets/plan.ts";
import type { SetOwner } from "../file-sets/file-sets.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import { withoutStuck } from "./entangled.ts";
import type { Seen } from "./current.ts";
import { groundOf } from "./ground.ts";
import { pathsOf } from "./pending.ts";
import { findPlace } from "./places.ts";
import type { ChangesDeps, GroundOutcome, SessionCopy } from "./ports.ts";
import { editsTo, endsOf, targetsToApply } from "./targets.ts";

/** `moved`: the baseline or a file is no longer what it was. */
export type Applied = { result: ApplyResult; moved: boolean };

export type Chosen = { current: Seen; chosen: TreeChange[] };
/** Looks at the session and takes what was asked for. */
export type Choose = () => Promise<Result<Chosen, Failure>>;

export type ApplyJob = {
  sessionId: string;
  session: SessionCopy;
  owner: SetOwner;
  choose: Choose;
  dryRun: boolean;
  to?: string | undefined;
  /** Of the commit on a branch that has no files. */
  message?: string | undefined;
};

/** Brings the chosen changes to the checkout, or where `to` says, and moves the baseline over them. */
export async function applyToPlace(deps: ChangesDeps, job: ApplyJob): Promise<Result<Applied, Failure>> {
  const { sessionId, owner, dryRun } = job;
  const placed = await findPlace(deps, job.session, job.to);
  if (!placed.ok) return placed;
  const { session, place } = placed.value;
  if (place.kind === "branch" && job.message === undefined && !dryRun) return messageMissing(place);
  const ground = groundOf(deps, placed.value, () => Promise.resolve(ok(job.message ?? "")));
  let looked: (Chosen & { checkoutTree: string }) | null = null;
  let notCovered: NotCovered[] = [];
  const outcome = await ground.carryOut({
    kind: "apply",
    sessionId,
    owner,
    dryRun,
    async want() {
      ground.begin();
      const found = await job.choose();
      if (!found.ok) return found;
      ({ notCovered } = found.value.current);
      if (found.value.chosen.length === 0) return ok({ targets: [] });
      const ready = await ground.look(new Map(endsOf(found.value.chosen).map(({ path, from }) => [path, from])));
      if (!ready.ok) return ready;
      looked = { ...found.value, checkoutTree: ready.value.tree };
      return targetsToApply(deps, session, found.value.chosen, ready.value.tree);
    },
    async prepare() {
      if (!looked) return ok(null);
      const baselineBefore = looked.current.session.baselineTree;
      const baselineAfter = await deps.snapshots.editTree(session.copy, baselineBefore, editsTo(endsOf(looked.chosen)));
      if (!baselineAfter.ok) return baselineAfter;
      const kept = await checkpointBefore(deps, sessionId, place, looked.checkoutTree);
      if (!kept.ok) return kept;
      return ok({ checkpointId: kept.value, baselineBefore, baselineAfter: baselineAfter.value, subjectId: null });
    },
  });
  if (!outcome.ok) return outcome;
  return toApplied(outcome.value, whole(looked), { dryRun, place, notCovered });
}

/** A branch that is checked out nowhere has what it was in git: below the commit that it gets. */
export async function checkpointBefore(
  deps: ChangesDeps,
  sessionId: string,
  place: ApplyPlace,
  tree: string,
): Promise<Result<string | null, Failure>> {
  if (place.path === null) return ok(null);
  const options =
    place.kind === "worktree"
      ? { of: { place: place.kind, folder: place.path }, label: `${placeName(place)}, before applying` }
      : { of: { place: "checkout" as const, folder: null } };
  const kept = await deps.checkpoints.take(sessionId, "before-apply", { ...options, tree });
  return kept.ok ? ok(kept.value.id) : kept;
}

function messageMissing({ branch }: ApplyPlace): { ok: false; error: Failure } {
  return failure("INPUT_INVALID", `${branch ?? ""} is checked out nowhere, so a commit is made on it. Give its message.`, {
    field: "message",
  });
}

function whole(looked: Chosen | null): string[][] {
  return looked?.chosen.map((change) => [...new Set([change.path, ...pathsOf(change)])]) ?? [];
}

/**
 * `groups`: what was asked for, each path first and with it those that go only together with it. A preview tells a hostile
 * path like a conflict; a choice that has one is refused.
 */
export function toApplied(
  outcome: GroundOutcome,
  groups: readonly string[][],
  { dryRun, place, notCovered }: { dryRun: boolean; place: ApplyPlace; notCovered: NotCovered[] },
): Result<Applied, Failure> {
  const { id: applyId, plan, checkpointId, commit } = outcome;
  if (!dryRun && plan.refused.length > 0) return refusal(plan.refused);
  const moved = outcome.written !== null;
  const applied = moved || dryRun ? withoutConflicts(groups, plan) : [];
  return ok({ result: { applyId, applied, conflicts: plan.conflicts, checkpointId, place, commit, notCovered }, moved });
}

function withoutConflicts(groups: readonly string[][], plan: FileSetPlan): string[] {
  const inConflict = plan.conflicts.map((conflict) => conflict.path);
  return withoutStuck(groups, inConflict).flatMap(([path]) => path ?? []);
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
  const createdAt = deps.clock.now();
  const id = newId("app", createdAt);
  await deps.store.addSet({
    id,
    sessionId,
    kind: "approve",
    state: "planned",
    baselineBefore: session.baselineTree,
    baselineAfter: baselineAfter.value,
    subjectId: null,
    entries: ends.map(({ path }) => ({ path, before: null, after: null })),
    createdAt,
  });
  const moved = await deps.advance(sessionId, { from: session.baselineTree, to: baselineAfter.value });
  if (!moved.ok) return moved;
  await deps.store.setState(id, "done");
  await deps.store.settle(
    { id, sessionId, createdAt },
    ends.map((end) => end.path),
  );
  return ok(movedOver(id, applied, notCovered));
}

/** In place only the baseline moves; without an id nothing did. */
export function movedOver(applyId: string | null, applied: string[], notCovered: NotCovered[]): Applied {
  const result = { applyId, applied, conflicts: [], checkpointId: null, place: null, commit: null, notCovered };
  return { result, moved: applyId !== null };
}
