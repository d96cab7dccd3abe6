import { useEffect } from "react";
import { rpc } from "../rpc.ts";
import { useApp } from "../stores/app.ts";

/** A chat that is open in a trusted project has its agent asked what it can do, so that the first prompt can choose; null: not yet. */
export function useChosenAgent(agentId: string | null, projectId: string): void {
  const trusted = useApp((state) => state.app?.projects.find((project) => project.id === projectId)?.trusted ?? false);
  useEffect(() => {
    if (!trusted || agentId === null) return;
    rpc.agents.choose({ id: agentId, projectId }).catch(() => {
      // Nobody waits for it: the prompt itself starts the agent, and says what is wrong.
    });
  }, [agentId, projectId, trusted]);
}
