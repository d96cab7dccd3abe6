import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import { mergeVersions } from "../file-sets/merge.ts";
import type { Conflict } from "../file-sets/plan.ts";
import { sameVersion, type Version } from "../file-sets/three-way.ts";
import { subjectOf } from "../git/branches.ts";
import type { FileSetRow } from "../store/changes.ts";
import { checkpointBefore, movedOver, toApplied, type Applied, type ApplyJob } from "./apply.ts";
import { groundOf } from "./ground.ts";
import { pathsOf } from "./pending.ts";
import { placeOfSet } from "./places.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";
import { editsTo, targetsToRevert, versionsAt } from "./targets.ts";

/**
 * An applied set, or some files of one; `rest` are the paths that stay applied, `baselineAfter` what is pending against
 * then, `entangled` what can't be told from a later set.
 */
type RevertChoice = { set: FileSetRow; paths: string[]; rest: string[]; entangled: Conflict[]; baselineAfter: string };

export type RevertJob = Omit<ApplyJob, "choose" | "to"> & { applyId?: string | undefined; paths?: string[] | undefined };

/**
 * Takes an applied set out again where it was written, or the named files of it; its changes are pending as before.
 * Which: that of `applyId`, else the last one, of those that have any of the named files.
 */
export async function revertApplied(deps: ChangesDeps, asked: RevertJob): Promise<Result<Applied, Failure>> {
  const { sessionId, owner, dryRun } = asked;
  const followed = await deps.follow(sessionId);
  if (!followed.ok) return followed;
  // In place nothing is written, and the last set of a session is of its kind.
  if (asked.session.kind === "in-place") return deps.fileSets.exclusively([asked.session.copy], () => revertInPlace(deps, asked));
  const wanted = await setFor(deps, asked);
  const placed = await placeOfSet(deps, asked.session, wanted?.place ?? null);
  if (!placed.ok) return placed;
  const job = { ...asked, session: placed.value.session, ...(wanted ? { applyId: wanted.id } : {}) };
  const { session } = job;
  const ground = groundOf(deps, placed.value, () => messageOf(deps, job, wanted));
  let looked: (RevertChoice & { checkoutTree: string; baselineBefore: string }) | null = null;
  const outcome = await ground.carryOut({
    kind: "revert",
    sessionId,
    owner,
    dryRun,
    async want() {
      const { baselineTree } = deps.copies.find(sessionId) ?? session;
      const choice = await choose(deps, { ...session, baselineTree }, job);
      if (!choice.ok) return choice;
      const { set, entangled: conflicts } = choice.value;
      const ready = await ground.look(new Map(set.entries.map(({ path, after }) => [path, after])));
      if (!ready.ok) return ready;
      looked = { ...choice.value, checkoutTree: ready.value.tree, baselineBefore: baselineTree };
      const entries = set.entries.filter((entry) => !conflicts.some(({ path }) => path === entry.path));
      const targets = await targetsToRevert(deps, session, entries, ready.value.tree);
      return targets.ok ? ok({ ...targets.value, conflicts }) : targets;
    },
    async prepare() {
      if (!looked) return ok(null);
      const { set, rest, baselineBefore, baselineAfter, checkoutTree } = looked;
      const kept = await checkpointBefore(deps, sessionId, placed.value.place, checkoutTree);
      if (!kept.ok) return kept;
      return ok({ checkpointId: kept.value, baselineBefore, baselineAfter, subjectId: await apart(deps, set, rest) });
    },
  });
  if (!outcome.ok) return outcome;
  const { place } = placed.value;
  const applied = toApplied(outcome.value, eachAlone(looked), { dryRun, place, notCovered: [] });
  if (!applied.ok) return applied;
  const { result, moved } = applied.value;
  return ok({ result: { ...result, applyId: moved ? setIdOf(looked) : null }, moved });
}

/** The files of a later set are never reached through an earlier one, unless that one is asked for. */
async function setFor(deps: ChangesDeps, { sessionId, applyId, paths }: RevertJob): Promise<FileSetRow | null> {
  const wanted = new Set(paths);
  for await (const set of deps.store.appliedSets(sessionId)) {
    if (applyId !== undefined && set.id !== applyId) continue;
    if (!paths || set.entries.some((entry) => wanted.has(entry.path))) return set;
  }
  return null;
}

/** On a branch without files, git's own words for it. */
async function messageOf(
  deps: ChangesDeps,
  { session, message }: RevertJob,
  set: FileSetRow | null,
): Promise<Result<string, Failure>> {
  if (message !== undefined) return ok(message);
  if (set?.place?.kind !== "branch") return ok("Revert what was applied");
  const { commit } = set.place;
  const subject = await subjectOf(deps.git, session.copy.path, commit);
  if (!subject.ok) return failure("GIT_FAILED", subject.error.message);
  return ok(`Revert "${subject.value}"\n\nThis takes back what commit ${commit} brought.`);
}

function setIdOf(choice: RevertChoice | null): string | null {
  return choice?.set.id ?? null;
}

function eachAlone(choice: RevertChoice | null): string[][] {
  return choice?.paths.map((path) => [path]) ?? [];
}

async function revertInPlace(deps: ChangesDeps, job: RevertJob): Promise<Result<Applied, Failure>> {
  const { sessionId, dryRun } = job;
  const session = deps.copies.find(sessionId) ?? job.session;
  const choice = await choose(deps, session, job);
  if (!choice.ok) return choice;
  const { set, paths, rest, entangled, baselineAfter } = choice.value;
  const untouched = movedOver(null, dryRun ? paths : [], []);
  if (entangled.length > 0) return ok({ ...untouched, result: { ...untouched.result, conflicts: entangled } });
  if (dryRun) return ok(untouched);
  const id = await apart(deps, set, rest);
  const moved = await deps.advance(sessionId, { from: session.baselineTree, to: baselineAfter });
  if (!moved.ok) return moved;
  await deps.store.revertInPlace(id);
  return ok(movedOver(set.id, paths, []));
}

async function choose(deps: ChangesDeps, session: SessionCopy, job: RevertJob): Promise<Result<RevertChoice, Failure>> {
  const { sessionId, applyId, paths } = job;
  const wanted = new Set(paths);
  const set = await setFor(deps, job);
  if (!set || set.baselineBefore === null)
    return nothingApplied(job, applyId !== undefined && deps.store.appliedIds(sessionId).includes(applyId));
  const inSet = new Set(set.entries.map((entry) => entry.path));
  const missing = [...wanted].filter((path) => !inSet.has(path));
  if (missing.length > 0)
    return failure(
      "CHANGE_NOT_FOUND",
      `${missing.join(", ")} was not applied together with the others. Take them out by themselves.`,
      {
        field: "paths",
        data: { paths: missing },
      },
    );
  const whole = paths ? await withRenames(deps, session, set, wanted) : ok(inSet);
  if (!whole.ok) return whole;
  const [chosen = [], rest = []] = [true, false].map((is) => set.entries.filter((entry) => whole.value.has(entry.path) === is));
  const names = chosen.map((entry) => entry.path);
  const back = await baselineWithout(deps, session, set, names);
  if (!back.ok) return back;
  return ok({ set: { ...set, entries: chosen }, paths: names, rest: rest.map((entry) => entry.path), ...back.value });
}

function nothingApplied({ applyId, paths }: RevertJob, found: boolean): { ok: false; error: Failure } {
  if (applyId !== undefined && !found)
    return failure("CHANGE_NOT_FOUND", "This apply was taken back already, or is too long ago to be", { field: "applyId" });
  return failure("CHANGE_NOT_FOUND", "Nothing was applied that could be taken out again", paths ? { field: "paths" } : {});
}

/** The session's baseline without what the set brought to these paths; what later sets brought stays in it. */
async function baselineWithout(
  deps: ChangesDeps,
  { copy, baselineTree }: SessionCopy,
  { baselineBefore, baselineAfter }: FileSetRow,
  paths: string[],
): Promise<Result<Pick<RevertChoice, "baselineAfter" | "entangled">, Failure>> {
  const before = await versionsAt(deps, copy, baselineBefore ?? baselineTree, paths);
  if (!before.ok) return before;
  const after = await versionsAt(deps, copy, baselineAfter ?? baselineTree, paths);
  if (!after.ok) return after;
  const isLatest = baselineAfter === baselineTree;
  const now = isLatest ? after : await versionsAt(deps, copy, baselineTree, paths);
  if (!now.ok) return now;
  const back: { path: string; to: Version }[] = [];
  const entangled: Conflict[] = [];
  for (const path of paths) {
    const [base = null, ours = null, theirs = null] = [after, now, before].map(({ value }) => value.get(path));
    const merged = sameVersion(ours, base)
      ? ok({ version: theirs })
      : await mergeVersions(deps.snapshots, copy, { base, ours, theirs });
    if (!merged.ok) return merged;
    if ("clash" in merged.value)
      entangled.push({ path, reason: "A later apply changed the same place: take that one back first." });
    else back.push({ path, to: merged.value.version });
  }
  const edited = await deps.snapshots.editTree(copy, baselineTree, editsTo(back));
  return edited.ok ? ok({ baselineAfter: edited.value, entangled }) : edited;
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
async function apart(deps: ChangesDeps, set: FileSetRow, rest: readonly string[]): Promise<string> {
  if (rest.length === 0) return set.id;
  const id = newId("app", deps.clock.now());
  await deps.store.splitApply(
    set.id,
    id,
    set.entries.map((entry) => entry.path),
  );
  return id;
}
