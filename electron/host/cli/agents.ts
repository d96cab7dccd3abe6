import { isAgentCalled, shelvesOf } from "../../../shared/agent-shelves.ts";
import type { Agent } from "../../../shared/contract/agents.ts";
import type { HearthClient } from "./connect.ts";
import { oneLine, table, type CommandTerminal } from "./terminal.ts";

export type AgentsOptions = { search?: string; all?: boolean; json?: boolean };

/** The agents that are here and the few everybody knows, or all; nothing is started. */
export async function listAgents(rpc: HearthClient, io: CommandTerminal, { search, all, json }: AgentsOptions): Promise<void> {
  const agents = await rpc.agents.refresh({ handshake: false });
  const disabled = (await rpc.agents.list()).filter((agent) => !agent.enabled);
  const found = [...agents, ...disabled].filter((agent) => search === undefined || isAgentCalled(agent, search));
  const { here, known, others } = shelvesOf(found);
  const listed = all || search !== undefined ? [...here, ...known, ...others] : [...here, ...known];
  if (json) return io.json(listed);
  for (const line of table(listed.map(agentRow))) io.line(line);
  if (listed.length === 0) io.note("No agent by that name.");
  else if (listed.length < found.length) io.line(io.dim(`${found.length - listed.length} more: hearth agents --all`));
}

const agentMarks: Record<Agent["status"], string> = { ready: "✓", loading: "○", unavailable: "–", signed_out: "!", error: "✗" };

export function agentRow(agent: Agent): string[] {
  const reason = agent.status === "ready" ? (agent.path ?? "built in") : (agent.reason ?? agent.installHint ?? "");
  const status = agent.enabled ? (agent.status === "loading" && agent.found === "yes" ? "found" : agent.status) : "disabled";
  return [`${agentMarks[agent.status]} ${agent.id}`, status, agent.version ?? "–", oneLine(reason, 500)];
}
