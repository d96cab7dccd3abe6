import type { Run } from "../../shared/contract/runs.ts";
import type { SessionActivity } from "../sessions/sessions-service.ts";

/** What a session's row shows of its runs and its pending changes. */
export function createSessionFacts(deps: {
  runs: { standingOf(sessionId: string): Standing; agentsOfSession(sessionId: string): string[] };
  changes: { summary(sessionId: string): SessionActivity["changes"] };
}): (sessionId: string) => SessionActivity {
  return (sessionId) => ({
    activity: activityOf(deps.runs.standingOf(sessionId)),
    changes: deps.changes.summary(sessionId),
    agentIds: deps.runs.agentsOfSession(sessionId),
  });
}

type Standing = { open: Run["status"][]; last: Run["status"] | null };

/** Waiting before working before failed: what asks for the person comes first. */
function activityOf({ open, last }: Standing): SessionActivity["activity"] {
  if (open.includes("waiting") || open.includes("paused")) return "waiting";
  if (open.length > 0) return "working";
  return last === "failed" || last === "interrupted" ? "failed" : "idle";
}
