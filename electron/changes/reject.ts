import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Conflict } from "../file-sets/plan.ts";
import type { ApplyJob, Chosen } from "./apply.ts";
import { withoutStuck } from "./entangled.ts";
import { pathsOf } from "./pending.ts";
import type { ChangesDeps } from "./ports.ts";
import { takeBack } from "./take-back.ts";

type Rejected = { checkpointId: string | null; kept: Conflict[] };
type RejectJob = Omit<ApplyJob, "dryRun">;

/**
 * Puts the chosen changes back to the baseline in the working copy. What can't be written there is left and told with what
 * a person wrote since; the others are put back all or not at all.
 */
export async function rejectChanges(deps: ChangesDeps, job: RejectJob): Promise<Result<Rejected, Failure>> {
  const tried = await tryToReject(deps, job);
  if (!tried.ok) return tried;
  const { stuck, ...rejected } = tried.value;
  if (stuck.length === 0) return ok(rejected);
  if (stuck.some((conflict) => !conflict.blocked)) return conflictFailure(stuck);
  const rest = await tryToReject(deps, { ...job, choose: async () => mapChosen(await job.choose(), stuck) });
  if (!rest.ok) return rest;
  if (rest.value.stuck.length > 0) return conflictFailure(rest.value.stuck);
  return ok({ checkpointId: rest.value.checkpointId, kept: [...rest.value.kept, ...stuck] });
}

function mapChosen(found: Result<Chosen, Failure>, stuck: readonly Conflict[]): Result<Chosen, Failure> {
  if (!found.ok) return found;
  const { current, chosen } = found.value;
  const rest = withoutStuck(
    chosen.map(pathsOf),
    stuck.map(({ path }) => path),
  );
  const paths = new Set(rest.flat());
  return ok({ current, chosen: chosen.filter((change) => paths.has(change.path)) });
}

/** `stuck`: what kept all of it from being written. */
async function tryToReject(
  deps: ChangesDeps,
  { sessionId, session, owner, choose }: RejectJob,
): Promise<Result<Rejected & { stuck: Conflict[] }, Failure>> {
  let looked: Chosen | null = null;
  let kept: Conflict[] = [];
  const outcome = await deps.fileSets.carryOut({
    kind: "reject",
    sessionId,
    owner,
    root: session.copy,
    dryRun: false,
    async want() {
      const found = await choose();
      if (!found.ok) return found;
      looked = found.value;
      const back = await takeBack(deps, sessionId, found.value);
      if (back.ok) kept = back.value.kept;
      return back;
    },
    async prepare({ entries }) {
      if (!looked || entries.length === 0) return ok(null);
      const { session: now, tree } = looked.current;
      const before = await deps.checkpoints.take(sessionId, "before-reject", {
        of: { place: "working-copy", folder: null },
        tree,
      });
      if (!before.ok) return before;
      const { baselineTree } = now;
      return ok({ checkpointId: before.value.id, baselineBefore: baselineTree, baselineAfter: baselineTree, subjectId: null });
    },
  });
  if (!outcome.ok) return outcome;
  const { written, plan, checkpointId } = outcome.value;
  return ok({ checkpointId, kept, stuck: written === null ? plan.conflicts : [] });
}

/** Conflicts as the failure that ends a change which isn't a preview. */
function conflictFailure(conflicts: readonly Conflict[]): { ok: false; error: Failure<"CHANGES_CONFLICT"> } {
  const [first] = conflicts;
  const more = conflicts.length > 1 ? ` and ${conflicts.length - 1} more` : "";
  return failure(
    "CHANGES_CONFLICT",
    `${first?.path ?? "A file"}${more} is being changed in the session's folder. Nothing was rejected.`,
    {
      data: { conflicts },
    },
  );
}
