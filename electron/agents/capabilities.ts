import * as z from "zod";
import type { Agent, Capabilities, Model } from "../../shared/contract/agents.ts";
import type { AgentFacts } from "../store/agent-facts.ts";

/** What an agent can, in the words of no protocol. `details` are its backend's own words, for the diagnostic. */
const agentCapabilities = z.object({
  resume: z.boolean(),
  replay: z.boolean(),
  images: z.boolean(),
  details: z.array(z.string()),
});
export type AgentCapabilities = z.infer<typeof agentCapabilities>;

/** null until a handshake has told, or where what is stored is of an earlier shape. */
export function knownCapabilities(facts: AgentFacts | null): AgentCapabilities | null {
  return agentCapabilities.safeParse(facts?.capabilities).data ?? null;
}

/** Every agent's models; active where the agent can be chosen. */
export function listModels(agents: readonly Agent[]): Model[] {
  return agents.flatMap((agent) =>
    agent.options.models.map((offered) => ({
      id: offered.id,
      label: offered.name,
      agentId: agent.id,
      active: agent.enabled && agent.status === "ready",
    })),
  );
}

/** `null` wherever the agent has said nothing yet: no handshake, or no session. */
export function capabilitiesOf(agent: Agent, facts: AgentFacts | null): Capabilities {
  const can = knownCapabilities(facts);
  const options = facts?.options ?? null;
  return {
    agentId: agent.id,
    status: agent.status,
    resume: can && can.resume,
    load: can && can.replay,
    images: can && can.images,
    models: options && options.models.length > 0,
    modes: options && options.modes.length > 0,
    commands: options && options.commands.length > 0,
    checkedAt: agent.checkedAt,
    policies: ["ask", "accept-edits", "plan", "full"],
  };
}
