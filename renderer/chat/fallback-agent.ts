import type { Agent } from "../../shared/contract/agents.ts";

/** Who is asked in a chat where nobody was yet: the person's default, who was last here, else the first that is ready; the practice agent last. */
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
  const real = enabled.filter((agent) => agent.id !== "practice");
  return (
    (real.find((agent) => agent.status === "ready") ?? enabled.find((agent) => agent.id === "practice") ?? real[0] ?? agents[0])
      ?.id ?? "practice"
  );
}
