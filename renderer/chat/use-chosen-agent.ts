import { useEffect } from "react";
import { rpc } from "../rpc.ts";
import { useApp } from "../stores/app.ts";

/**
 * A chat that is open in a trusted project has its agent asked what it can do, so that the first prompt can choose, and
 * its session opened, so that the first prompt need not wait for it; null: not yet.
 */
export function useChosenAgent(agentId: string | null, { projectId, chatId }: { projectId: string; chatId: string }): void {
  const trusted = useApp((state) => state.app?.projects.find((project) => project.id === projectId)?.trusted ?? false);
  useEffect(() => {
    if (!trusted || agentId === null) return;
    rpc.agents.choose({ id: agentId, projectId, chatId }).catch(() => {
      // Nobody waits for it: the prompt itself starts the agent, and says what is wrong.
    });
  }, [agentId, projectId, chatId, trusted]);
}
