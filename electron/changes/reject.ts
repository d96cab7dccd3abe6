import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Conflict } from "../file-sets/plan.ts";
import type { ApplyJob, Chosen } from "./apply.ts";
import type { ChangesDeps } from "./ports.ts";
import { takeBack } from "./take-back.ts";

/** Puts the chosen changes back to the baseline in the working copy. */
export async function rejectChanges(
  deps: ChangesDeps,
  { sessionId, session, owner, choose }: Omit<ApplyJob, "dryRun">,
): Promise<Result<{ checkpointId: string | null; kept: Conflict[] }, Failure>> {
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
      const before = await deps.checkpoints.take(sessionId, "before-reject", { of: "working-copy", tree });
      if (!before.ok) return before;
      const { baselineTree } = now;
      return ok({ checkpointId: before.value.id, baselineBefore: baselineTree, baselineAfter: baselineTree, subjectId: null });
    },
  });
  if (!outcome.ok) return outcome;
  const { written, plan, checkpointId } = outcome.value;
  return written === null && plan.conflicts.length > 0 ? conflictFailure(plan.conflicts) : ok({ checkpointId, kept });
}

/** Conflicts as the failure that ends a change which isn't a preview. */
function conflictFailure(conflicts: readonly Conflict[]): { ok: false; error: Failure<"CHANGES_CONFLICT"> } {
  const [first] = conflicts;
  const more = conflicts.length > 1 ? ` and ${conflicts.length - 1} more` : "";
  return failure("CHANGES_CONFLICT", `${first?.path ?? "A file"}${more} conflicts with the checkout. Nothing was written.`, {
    data: { conflicts },
  });
}
