import type { Run } from "../../shared/contract/runs.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import type { ChangeCounts } from "../changes/change-counts.ts";
import type { RunRepository } from "../store/runs.ts";
import type { AgentTuis } from "../terminals/agent-tuis.ts";

/** What a session's row shows of its agents and changes. */
export type SessionActivity = Pick<Session, "activity" | "changes" | "agentIds">;

type Deps = {
  runs: Pick<RunRepository, "standingOf" | "agentsOfSession">;
  counts: Pick<ChangeCounts, "of">;
  tuis: Pick<AgentTuis, "of">;
};

export function activityOf({ runs, counts, tuis }: Deps, sessionId: string): SessionActivity {
  const onTerminals = tuis.of(sessionId);
  return {
    activity: standing(
      runs.standingOf(sessionId),
      onTerminals.map(({ state }) => state),
    ),
    changes: counts.of(sessionId),
    agentIds: [...new Set([...onTerminals.map(({ id }) => id), ...runs.agentsOfSession(sessionId)])],
  };
}

/** Waiting before working before failed: what asks for the person comes first. */
function standing(
  { open, last }: { open: Run["status"][]; last: Run["status"] | null },
  tuis: ReturnType<AgentTuis["of"]>[number]["state"][],
): SessionActivity["activity"] {
  if (open.includes("waiting") || open.includes("paused") || tuis.includes("blocked")) return "waiting";
  if (open.length > 0 || tuis.includes("working")) return "working";
  return last === "failed" || last === "interrupted" ? "failed" : "idle";
}
