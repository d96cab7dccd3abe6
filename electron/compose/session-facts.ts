import type { Run } from "../../shared/contract/runs.ts";
import type { SessionActivity } from "../sessions/sessions-service.ts";

/** What a session's row shows of its runs and its pending changes. */
export function createSessionFacts(deps: {
  runs: { listSession(sessionId: string, limit: number): Run[]; agentsOfSession(sessionId: string): string[] };
  changes: { summary(sessionId: string): SessionActivity["changes"] };
}): (sessionId: string) => SessionActivity {
  return (sessionId) => ({
    activity: activityOf(deps.runs.listSession(sessionId, 20)),
    changes: deps.changes.summary(sessionId),
    agentIds: deps.runs.agentsOfSession(sessionId),
  });
}

/** Waiting before working before failed: what asks for the person comes first. */
export function activityOf(runs: readonly Run[]): SessionActivity["activity"] {
  const open = runs.filter((run) => run.endedAt === null);
  if (open.some((run) => run.status === "waiting" || run.status === "paused")) return "waiting";
  if (open.length > 0) return "working";
  const last = runs.at(-1)?.status;
  return last === "failed" || last === "interrupted" ? "failed" : "idle";
}
