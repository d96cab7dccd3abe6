import type { Foundation } from "./foundation.ts";
import type { Composed } from "./work.ts";
import type { Workspace } from "./workspace.ts";
import { interruptOpenRuns } from "../runs/recovery.ts";
import type { Run } from "../../shared/contract/runs.ts";

/**
 * Settles what an earlier core left open, before anyone is let in: asks expire, runs are interrupted, applies and
 * restores are finished or taken back, children that outlived it are ended. What takes longer goes on behind.
 */
export async function recover(base: Foundation, workspace: Workspace, work: Composed): Promise<void> {
  work.permissions.expireAllOpen();
  const interrupted = interruptOpenRuns({
    store: base.store,
    runs: base.rows.runs,
    clock: base.clock,
    hold: (chatId) => workspace.chats.setHeld(chatId, true),
  });
  work.queue.holdLeftOver();
  for (const { sessionId, outcome } of await work.changes.recover()) {
    const title = workspace.sessions.find(sessionId)?.title ?? "a session";
    base.notices.push(`Hearth ended while it wrote changes of "${title}" to the project's folder. ${outcomes[outcome]}`);
  }
  for (const { sessionId, result } of await work.checkpoints.finishRestores()) {
    const title = workspace.sessions.find(sessionId)?.title ?? "a session";
    base.notices.push(
      result.ok
        ? `Restoring a checkpoint of "${title}" was cut off when Hearth ended, and is finished now.`
        : `Restoring a checkpoint of "${title}" was cut off when Hearth ended: ${result.error.message} What was there before is in the checkpoint "before restore".`,
    );
  }
  const gone = await workspace.copies.reconcile();
  workspace.sessions.forget(gone);
  // What is on record now are an earlier core's children; those of this one come after.
  const reaped = work.agents.reapLeftovers();
  // A child that outlived its core may be writing still, and what it changed isn't attributed yet: runs wait for both.
  const leases = [...new Set(interrupted.map((run) => run.workingCopyId))].map((id) =>
    base.leases.take(id, workspace.copies.findById(id)?.path ?? null),
  );
  const attributed = reaped
    .then(() => attributeAll(base, workspace, work, interrupted))
    .finally(() => leases.forEach((end) => end?.()));
  const started = reaped.then(() => work.agents.start());
  const behind = Promise.all([attributed, started]).catch((error: unknown) => base.log.error("core.recover", error));
  base.scope.add(async () => void (await behind));
}

const outcomes = {
  done: "They are all there now.",
  undone: "The folder is as it was before.",
  left: 'They could not be finished or taken back: something else is in these files now. The checkpoint "before apply" has what was there.',
};

async function attributeAll(base: Foundation, workspace: Workspace, work: Composed, interrupted: readonly Run[]): Promise<void> {
  for (const run of interrupted) {
    if (base.scope.signal.aborted) return;
    await attribute(workspace, work, run);
  }
}

/** What an interrupted run had changed by then is its agent's, as after any other run. */
async function attribute(workspace: Workspace, work: Composed, run: Run): Promise<void> {
  const list = work.checkpoints.list(run.sessionId);
  const before = list.ok
    ? list.value.find((checkpoint) => checkpoint.runId === run.id && checkpoint.kind === "before-run")
    : undefined;
  if (!before) return;
  const after = await work.checkpoints.take(run.sessionId, "after-run", { runId: run.id });
  if (!after.ok) return;
  workspace.sessions.setRevision(run.sessionId, after.value.revisionId);
  await work.changes.recordRun(run.sessionId, {
    agentId: run.agentId,
    runId: run.id,
    beforeTree: before.revisionId,
    afterTree: after.value.revisionId,
  });
}
