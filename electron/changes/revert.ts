import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { FileSetRow } from "../store/changes.ts";
import { checkoutReady, toApplied, type Applied, type ApplyJob } from "./apply.ts";
import { pathsOf } from "./pending.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { editsTo, targetsToRevert, versionsAt } from "./targets.ts";

/** An applied set, or some files of one; `rest` are the paths that stay applied, `baselineAfter` what is pending against then. */
type Choice = { set: FileSetRow; paths: string[]; rest: string[]; baselineAfter: string };

export type RevertJob = Omit<ApplyJob, "choose"> & { paths: string[] | undefined };

/**
 * Takes the last applied set out of the checkout again, or the named files of the last set that has any of them; its
 * changes are pending as before.
 */
export async function revertApplied(deps: ChangesDeps, job: RevertJob): Promise<Result<Applied, Failure>> {
  const { sessionId, session, owner, dryRun } = job;
  // In place nothing is written, and the last set of a session is of its kind.
  if (session.kind === "in-place") return deps.fileSets.alone(session.projectId, () => revertInPlace(deps, job));
  let looked: (Choice & { checkoutTree: string; baselineBefore: string }) | null = null;
  const outcome = await deps.fileSets.carryOut({
    kind: "revert",
    sessionId,
    owner,
    root: session.checkout,
    source: session.copy,
    dryRun,
    async want() {
      const now = deps.copies.find(sessionId) ?? session;
      const choice = await choose(deps, now, sessionId, job.paths);
      if (!choice.ok) return choice;
      const ready = await checkoutReady(deps, session);
      if (!ready.ok) return ready;
      looked = { ...choice.value, checkoutTree: ready.value.tree, baselineBefore: now.baselineTree };
      return targetsToRevert(deps, session, choice.value.set, ready.value.tree);
    },
    async prepare() {
      if (!looked) return ok(null);
      const { set, rest, baselineBefore, baselineAfter, checkoutTree } = looked;
      const kept = await deps.checkpoints.take(sessionId, "before-apply", { of: "checkout", tree: checkoutTree });
      if (!kept.ok) return kept;
      return ok({ checkpointId: kept.value.id, baselineBefore, baselineAfter, subjectId: apart(deps, set, rest) });
    },
  });
  return outcome.ok ? ok(toApplied(outcome.value, eachAlone(looked), { dryRun, notCovered: [] })) : outcome;
}

function eachAlone(choice: Choice | null): string[][] {
  return choice?.paths.map((path) => [path]) ?? [];
}

async function revertInPlace(
  deps: ChangesDeps,
  { sessionId, session, paths, dryRun }: RevertJob,
): Promise<Result<Applied, Failure>> {
  const choice = await choose(deps, deps.copies.find(sessionId) ?? session, sessionId, paths);
  if (!choice.ok) return choice;
  const { set, rest, baselineAfter } = choice.value;
  if (!dryRun) {
    deps.copies.setBaseline(sessionId, baselineAfter);
    deps.store.revertInPlace(apart(deps, set, rest));
  }
  return ok({ result: { applied: choice.value.paths, conflicts: [], checkpointId: null, notCovered: [] }, moved: !dryRun });
}

/** A later set's files are never reached through an earlier one. */
async function choose(
  deps: ChangesDeps,
  session: SessionCopy,
  sessionId: string,
  paths: readonly string[] | undefined,
): Promise<Result<Choice, Failure>> {
  const wanted = new Set(paths);
  const latestFirst = deps.store.appliedSets(sessionId);
  const set = latestFirst.find(({ entries }) => !paths || entries.some((entry) => wanted.has(entry.path)));
  if (!set || set.baselineBefore === null)
    return failure("CHANGE_NOT_FOUND", "Nothing was applied that could be taken out again", paths ? { field: "paths" } : {});
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
  const whole = paths ? await withRenames(deps, session, set, wanted) : ok(new Set(set.entries.map((entry) => entry.path)));
  if (!whole.ok) return whole;
  const [chosen = [], rest = []] = [true, false].map((is) => set.entries.filter((entry) => whole.value.has(entry.path) === is));
  const names = chosen.map((entry) => entry.path);
  const before = await versionsAt(deps, session.copy, set.baselineBefore, names);
  if (!before.ok) return before;
  const back = editsTo(names.map((path) => ({ path, to: before.value.get(path) ?? null })));
  const baselineAfter = await deps.snapshots.editTree(session.copy, session.baselineTree, back);
  if (!baselineAfter.ok) return baselineAfter;
  return ok({
    set: { ...set, entries: chosen },
    paths: names,
    rest: rest.map((entry) => entry.path),
    baselineAfter: baselineAfter.value,
  });
}

/** A renamed file comes back under its old name only with both of its entries. */
async function withRenames(
  deps: ChangesDeps,
  session: SessionCopy,
  { baselineBefore, baselineAfter }: FileSetRow,
  wanted: ReadonlySet<string>,
): Promise<Result<Set<string>, Failure>> {
  const from = baselineBefore ?? "";
  const differences = await deps.snapshots.diff(session.copy, from, baselineAfter ?? from, { renames: true });
  if (!differences.ok) return differences;
  const pairs = differences.value.map(pathsOf).filter((pair) => pair.some((path) => wanted.has(path)));
  return ok(new Set([...wanted, ...pairs.flat()]));
}

/** The id of a set that has what is taken out and nothing else. */
function apart(deps: ChangesDeps, set: FileSetRow, rest: readonly string[]): string {
  if (rest.length === 0) return set.id;
  const id = newId("app", deps.clock.now());
  deps.store.splitApply(
    set.id,
    id,
    set.entries.map((entry) => entry.path),
  );
  return id;
}
