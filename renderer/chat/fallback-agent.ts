import type { Agent } from "../../shared/contract/agents.ts";
import type { RunChoice } from "../../shared/contract/chats.ts";
import { chatChoiceOf, type ChatChoice } from "../stores/choices.ts";
import { practiceTour } from "./practice-tour.ts";

/** How a chat begins where nobody was asked yet: as the project's new chats do, or else whoever is asked decides the rest. */
export function fallbackChoice(
  ofProject: RunChoice | undefined,
  defaultAgentId: string | null,
  sessionAgentIds: readonly string[],
  agents: readonly Agent[],
): ChatChoice {
  if (ofProject && agents.some(({ id, enabled }) => enabled && id === ofProject.agentId)) return chatChoiceOf(ofProject);
  return { agentId: fallbackAgentId(defaultAgentId, sessionAgentIds, agents), byAgent: {} };
}

/**
 * Who is asked in a chat where nobody was yet: the person's default, who was last here, else the first that is ready, or
 * else the first that is there and hasn't been asked yet; the practice agent last.
 */
export function fallbackAgentId(
  defaultAgentId: string | null,
  sessionAgentIds: readonly string[],
  agents: readonly Agent[],
): string {
  const enabled = agents.filter((agent) => agent.enabled);
  const has = (id: string | null | undefined): id is string => enabled.some((agent) => agent.id === id);
  if (has(defaultAgentId)) return defaultAgentId;
  const last = sessionAgentIds.find(has);
  if (last !== undefined) return last;
  const real = enabled.filter((agent) => !agent.forPractice);
  const chosen =
    real.find((agent) => agent.status === "ready") ??
    real.find((agent) => agent.status === "loading" && agent.found === "yes") ??
    enabled.find((agent) => agent.forPractice) ??
    real[0] ??
    agents[0];
  return chosen?.id ?? practiceTour.agentId;
}
