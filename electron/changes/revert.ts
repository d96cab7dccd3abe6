import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { ApplyRow } from "../store/changes.ts";
import { checkoutReady, nothingWritten, type Applied } from "./apply.ts";
import { pathsOf } from "./pending.ts";
import { planWrites } from "./plan.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { editsTo, knownOids, targetsToRevert, versionsAt } from "./targets.ts";
import { carryOut } from "./write-set.ts";

/** An applied set, or some files of one; `rest` are the paths that stay applied. */
type Choice = { set: ApplyRow; baselineBefore: string; rest: string[] };

/**
 * Takes the last applied set out of the checkout again, or the named files of the last set that has any of them; its
 * changes are pending as before.
 */
export async function revertApplied(
  deps: ChangesDeps,
  sessionId: string,
  options: { paths?: string[] | undefined; dryRun: boolean },
): Promise<Result<Applied, Failure>> {
  const session = deps.copies.find(sessionId);
  if (!session) return failure("SESSION_NOT_FOUND", "There is no such session, or its working copy isn't ready");
  const choice = await choose(deps, session, deps.store.appliedSets(sessionId), options.paths);
  if (!choice.ok) return choice;
  const { set, baselineBefore, rest } = choice.value;
  const paths = set.entries.map((entry) => entry.path);
  const before = await versionsAt(deps, session.copy, baselineBefore, paths);
  if (!before.ok) return before;
  const back = editsTo(paths.map((path) => ({ path, to: before.value.get(path) ?? null })));
  const baselineAfter = await deps.snapshots.editTree(session.copy, session.baselineTree, back);
  if (!baselineAfter.ok) return baselineAfter;
  if (set.kind === "approve") {
    if (!options.dryRun) {
      deps.copies.setBaseline(sessionId, baselineAfter.value);
      deps.store.revertInPlace(apart(deps, set, rest));
    }
    return ok({ result: { applied: paths, conflicts: [], checkpointId: null }, moved: !options.dryRun });
  }
  const ready = await checkoutReady(deps, session);
  if (!ready.ok) return ready.error.code === "PROJECT_PATH_MISSING" ? failure("GIT_FAILED", ready.error.message) : ready;
  const targets = await targetsToRevert(deps, session, set, ready.value.tree);
  if (!targets.ok) return targets;
  const plan = await planWrites(
    { snapshots: deps.snapshots, root: session.checkout, linksOut: true },
    targets.value,
    ready.value.tree,
  );
  if (!plan.ok) return plan;
  const { conflicts } = plan.value;
  const inConflict = new Set(conflicts.map((conflict) => conflict.path));
  if (options.dryRun)
    return ok({
      result: { applied: paths.filter((path) => !inConflict.has(path)), conflicts, checkpointId: null },
      moved: false,
    });
  if (conflicts.length > 0) return ok(nothingWritten(conflicts));
  const checkpoint = await deps.checkpoints.take(sessionId, "before-apply", { of: "checkout", tree: ready.value.tree });
  if (!checkpoint.ok) return checkpoint;
  const written = await carryOut(deps, {
    sessionId,
    kind: "revert",
    root: session.checkout,
    plan: plan.value,
    known: knownOids(targets.value),
    baselineBefore: session.baselineTree,
    baselineAfter: baselineAfter.value,
    revertsId: apart(deps, set, rest),
  });
  return written.ok ? ok({ result: { applied: paths, conflicts: [], checkpointId: checkpoint.value.id }, moved: true }) : written;
}

/** `sets`: latest first. A later set's files are never reached through an earlier one. */
async function choose(
  deps: ChangesDeps,
  session: SessionCopy,
  sets: readonly ApplyRow[],
  paths: readonly string[] | undefined,
): Promise<Result<Choice, Failure>> {
  const wanted = new Set(paths);
  const set = sets.find(({ entries }) => !paths || entries.some((entry) => wanted.has(entry.path)));
  if (!set || set.baselineBefore === null)
    return failure("CHANGE_NOT_FOUND", "Nothing was applied that could be taken out again", paths ? { field: "paths" } : {});
  const { baselineBefore, baselineAfter } = set;
  if (!paths) return ok({ set, baselineBefore, rest: [] });
  const missing = [...wanted].filter((path) => !set.entries.some((entry) => entry.path === path));
  if (missing.length > 0)
    return failure(
      "CHANGE_NOT_FOUND",
      `${missing.join(", ")} was not applied together with the others. Take them out by themselves.`,
      {
        field: "paths",
        data: { paths: missing },
      },
    );
  const differences = await deps.snapshots.diff(session.copy, baselineBefore, baselineAfter ?? baselineBefore, { renames: true });
  if (!differences.ok) return differences;
  // A renamed file comes back under its old name only with both of its entries.
  const whole = new Set([
    ...wanted,
    ...differences.value
      .map(pathsOf)
      .filter((pair) => pair.some((path) => wanted.has(path)))
      .flat(),
  ]);
  const [chosen, rest] = [true, false].map((is) => set.entries.filter((entry) => whole.has(entry.path) === is));
  return ok({ set: { ...set, entries: chosen ?? [] }, baselineBefore, rest: (rest ?? []).map((entry) => entry.path) });
}

/** The id of a set that has what is taken out and nothing else. */
function apart(deps: ChangesDeps, set: ApplyRow, rest: readonly string[]): string {
  if (rest.length === 0) return set.id;
  const id = newId("app", deps.clock.now());
  deps.store.splitApply(
    set.id,
    id,
    set.entries.map((entry) => entry.path),
  );
  return id;
}
