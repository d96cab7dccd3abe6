import type { Run } from "../../shared/contract/runs.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import type { ChangeCounts } from "../changes/change-counts.ts";
import type { RunRepository } from "../store/runs.ts";

/** What a session's row shows of its runs and changes. */
export type SessionActivity = Pick<Session, "activity" | "changes" | "agentIds">;

type Deps = {
  runs: Pick<RunRepository, "standingOf" | "agentsOfSession">;
  counts: Pick<ChangeCounts, "of">;
};

export function activityOf({ runs, counts }: Deps, sessionId: string): SessionActivity {
  return {
    activity: activityOfRuns(runs.standingOf(sessionId)),
    changes: counts.of(sessionId),
    agentIds: runs.agentsOfSession(sessionId),
  };
}

/** Waiting before working before failed: what asks for the person comes first. */
function activityOfRuns({ open, last }: { open: Run["status"][]; last: Run["status"] | null }): SessionActivity["activity"] {
  if (open.includes("waiting") || open.includes("paused")) return "waiting";
  if (open.length > 0) return "working";
  return last === "failed" || last === "interrupted" ? "failed" : "idle";
}
