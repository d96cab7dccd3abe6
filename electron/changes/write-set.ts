import type { ApplyResult } from "../../shared/contract/changes.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { ApplyRow } from "../store/changes.ts";
import { finishSet, writeSet, type JournalDeps } from "./journal.ts";
import { storePlan, type Plan } from "./plan.ts";
import type { ChangesDeps, CopyRef, SessionCopy } from "./ports.ts";

/** Applied sets a session can still take out; the bytes of older ones are let go. */
const keptSets = 20;

export type SetToWrite = {
  sessionId: string;
  kind: "apply" | "revert" | "reject";
  /** Where it is written. */
  root: CopyRef;
  plan: Plan;
  /** Contents that the snapshot store has already. */
  known: ReadonlySet<string>;
  baselineBefore: string;
  baselineAfter: string;
  revertsId: string | null;
};

export function journalOf(deps: ChangesDeps): JournalDeps {
  return { snapshots: deps.snapshots, log: deps.log, failpoint: deps.failpoint ?? (() => {}) };
}

/** Writes a plan through the journal: whole, or not at all. What it is for (baseline, reviews) is done with it. */
export async function carryOut(deps: ChangesDeps, set: SetToWrite): Promise<Result<null, Failure>> {
  const id = newId("app", deps.clock.now());
  const entries = await storePlan({ snapshots: deps.snapshots, root: set.root }, id, set.plan.entries, set.known);
  if (!entries.ok) return entries;
  const { sessionId, kind, baselineBefore, baselineAfter, revertsId } = set;
  const row: ApplyRow = {
    id,
    sessionId,
    kind,
    state: "planned",
    entries: entries.value,
    baselineBefore,
    baselineAfter,
    revertsId,
    createdAt: deps.clock.now(),
    committed: false,
  };
  deps.store.addApply(row);
  deps.failpoint?.(`${kind}:planned`);
  deps.store.setApplyState(id, "writing");
  const bytes = new Map(
    set.plan.entries.flatMap((entry) =>
      [entry.before, entry.after].flatMap((content) => (content ? [[content.oid, content.bytes]] : [])),
    ),
  );
  const written = await writeSet(journalOf(deps), set.root, { id, kind, entries: entries.value, bytes });
  if (!written.ok) {
    if (written.undone) await release(deps, row, set.root, "undone");
    return written;
  }
  await complete(deps, row, set.root);
  return ok(null);
}

/** What follows from a set that is written. May be done again after a crash: every step says what is, not what changes. */
async function complete(deps: ChangesDeps, row: ApplyRow, root: CopyRef): Promise<void> {
  if (row.kind !== "reject" && row.baselineAfter !== null) deps.copies.setBaseline(row.sessionId, row.baselineAfter);
  deps.failpoint?.(`${row.kind}:baseline`);
  if (row.kind === "revert" && row.revertsId !== null) deps.store.finishRevert(row.id, row.revertsId);
  else if (row.kind === "reject") await release(deps, row, root, "done");
  else deps.store.setApplyState(row.id, "done");
  if (row.kind === "apply")
    deps.store.settle(
      row.sessionId,
      row.id,
      row.entries.map((entry) => entry.path),
    );
  for (const old of deps.store.appliedSets(row.sessionId).slice(keptSets)) await release(deps, old, root, "settled");
}

async function release(deps: ChangesDeps, row: ApplyRow, root: CopyRef, state: ApplyRow["state"]): Promise<void> {
  deps.store.setApplyState(row.id, state);
  const forgotten = await deps.snapshots.forget(root, row.id);
  // A ref too many costs room, nothing else; the store's own limit takes it in the end.
  if (!forgotten.ok) deps.log.warn("changes.release.failed", { id: row.id, code: forgotten.error.code });
}

export type Recovered = { sessionId: string; id: string; outcome: "done" | "undone" | "left" };

/** Ends the sets that an earlier core was writing when it died. Call before anyone else may touch the checkouts. */
export async function recoverSets(deps: ChangesDeps): Promise<Recovered[]> {
  const recovered: Recovered[] = [];
  for (const row of deps.store.unfinishedApplies()) {
    const session = deps.copies.find(row.sessionId);
    const outcome = session ? await recoverOne(deps, row, session) : ("left" as const);
    deps.log.info("changes.recovered", { id: row.id, kind: row.kind, outcome });
    recovered.push({ sessionId: row.sessionId, id: row.id, outcome });
  }
  return recovered;
}

async function recoverOne(deps: ChangesDeps, row: ApplyRow, session: SessionCopy): Promise<Recovered["outcome"]> {
  const root = row.kind === "reject" ? session.copy : session.checkout;
  if (row.kind === "approve") {
    const moved = session.baselineTree === row.baselineAfter;
    deps.store.setApplyState(row.id, moved ? "done" : "undone");
    return moved ? "done" : "undone";
  }
  if (row.state === "planned") {
    await release(deps, row, root, "undone");
    return "undone";
  }
  const finished = await finishSet(journalOf(deps), root, row.entries);
  if (!finished.ok) {
    deps.log.warn("changes.recover.failed", { id: row.id, code: finished.error.code });
    return "left";
  }
  if (finished.value === "done") await complete(deps, row, root);
  else await release(deps, row, root, "undone");
  return finished.value;
}

/** Conflicts as the failure that ends an apply which isn't a preview. */
export function conflictFailure(conflicts: ApplyResult["conflicts"]): { ok: false; error: Failure<"CHANGES_CONFLICT"> } {
  const [first] = conflicts;
  const more = conflicts.length > 1 ? ` and ${conflicts.length - 1} more` : "";
  return failure("CHANGES_CONFLICT", `${first?.path ?? "A file"}${more} conflicts with the checkout. Nothing was written.`, {
    data: { conflicts },
  });
}
