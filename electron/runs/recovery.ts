import type { Run } from "../../shared/contract/runs.ts";
import { ok } from "../../shared/result.ts";
import { isDeepStrictEqual } from "node:util";
import type { RunEventBody, ToolSnapshot } from "../../shared/run-event.ts";
import { foldRun, type TimelineItem } from "../../shared/run-fold.ts";
import type { ChangesService } from "../changes/changes-service.ts";
import type { Clock } from "../lib/clock.ts";
import type { CheckpointsService } from "../snapshots/checkpoints.ts";
import type { Store } from "../store/open.ts";
import type { RunFiles } from "./run-files.ts";
import type { RunRepository } from "../store/runs.ts";

/**
 * After the host died: every run that hadn't ended is interrupted, with what was open in it, but for one that was paused. Nothing is sent again.
 * Returns the runs it ended, so that what their agents had changed can be attributed.
 */
export function interruptOpenRuns(deps: {
  store: Store;
  runs: RunRepository;
  files: RunFiles;
  clock: Clock;
  hold(chatId: string): void;
}): Run[] {
  const { store, runs, clock } = deps;
  const interrupted = runs.listOpen().filter(({ status }) => status !== "paused");
  for (const run of interrupted) {
    const running = deps.files.ofRun(run.id).takeRunning();
    store.write(() => {
      const sent = runs.wasSent(run.id);
      const bodies = [...endings(foldRun(run.id, allEvents(runs, run.id)).items, running), end(run, sent)];
      runs.append(
        run.id,
        bodies.map((body) => ({ body, at: clock.now() })),
      );
      runs.update(run.id, {
        status: "interrupted",
        reason: null,
        error: { code: sent ? "HOST_DIED" : "NOT_SENT", message: reason(sent) },
        endedAt: clock.now(),
      });
      deps.hold(run.chatId);
    });
  }
  return interrupted;
}

function allEvents(runs: RunRepository, runId: string) {
  return runs.readRun(runId, 0, Number.MAX_SAFE_INTEGER);
}

function reason(sent: boolean): string {
  return sent
    ? "Hearth ended while this ran. What the agent had done until then is kept; send a prompt to go on."
    : "Hearth ended before this prompt was sent. Send it again.";
}

function end(run: Run, sent: boolean): RunEventBody {
  return {
    type: "run.interrupted",
    payload: { code: sent ? "HOST_DIED" : "NOT_SENT", message: reason(sent), timings: run.timings, usage: run.usage },
  };
}

/** Last events of tools and asks that were open; `running` is what is known of the calls besides their events. */
export function endings(items: readonly TimelineItem[], running: readonly ToolSnapshot[] = []): RunEventBody[] {
  return items.flatMap((item): RunEventBody[] => {
    if (item.kind === "tool" && item.endedAt === null) {
      const known = running.find((call) => call.id === item.tool.id) ?? item.tool;
      const end = { status: "failed" as const, code: "CANCELLED" as const, message: "Interrupted", diagnostics: {} };
      return [{ type: "tool.failed", payload: { ...changeOf(item.tool, known), ...end } }];
    }
    if (item.kind === "permission" && item.outcome === null)
      return [{ type: "permission.resolved", payload: { permissionId: item.permissionId, outcome: "expired", by: "restart" } }];
    if (item.kind === "question" && item.outcome === null)
      return [{ type: "question.answered", payload: { questionId: item.request.questionId, outcome: "expired", by: "restart" } }];
    return [];
  });
}

type AttributionDeps = {
  checkpoints: Pick<CheckpointsService, "list" | "take">;
  changes: Pick<ChangesService, "recordRun">;
  /** Whether the run's agent got its prompt. */
  wasSent: (runId: string) => boolean;
  setRevision: (sessionId: string, tree: string) => void;
  signal: AbortSignal;
};

/** What interrupted runs had changed by then is their agents', as after any other run. */
export async function attributeInterrupted(deps: AttributionDeps, interrupted: readonly Run[]): Promise<void> {
  for (const run of interrupted) {
    if (deps.signal.aborted) return;
    await attribute(deps, run);
  }
}

async function attribute({ checkpoints, changes, wasSent, setRevision }: AttributionDeps, run: Run): Promise<void> {
  const list = checkpoints.list(run.sessionId);
  const before = list.ok
    ? list.value.find((checkpoint) => checkpoint.runId === run.id && checkpoint.kind === "before-run")
    : undefined;
  if (!before && !wasSent(run.id)) return;
  // The prompt went out a little later; in doubt an edit is the agent's.
  const moment = (): number => Date.parse(run.createdAt);
  const begun = before ? ok(before) : await checkpoints.take(run.sessionId, "before-run", { runId: run.id, moment });
  if (!begun.ok) return;
  const after = await checkpoints.take(run.sessionId, "after-run", { runId: run.id });
  if (!after.ok) return;
  await changes.recordRun(run.sessionId, {
    agentId: run.agentId,
    runId: run.id,
    beforeTree: begun.value.revisionId,
    afterTree: after.value.revisionId,
    skipped: after.value.skipped,
    since: moment(),
  });
  setRevision(run.sessionId, after.value.revisionId);
}

/** What an event has to say of a call for it to become what it is now. */
function changeOf(before: ToolSnapshot, now: ToolSnapshot): ToolSnapshot {
  const fresh = Object.entries(now).filter(([name, value]) => !isDeepStrictEqual(before[name as keyof ToolSnapshot], value));
  const { id, kind, title, status } = now;
  return { id, kind, title, status, locations: [], diff: [], ...Object.fromEntries(fresh) };
}
