import * as z from "zod";
import type { Agent, Capabilities, Model } from "../../shared/contract/agents.ts";
import type { AgentFacts } from "../store/agent-facts.ts";

// What agents told of themselves, as the API shows it.

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

const initializeAnswer = z.object({
  agentCapabilities: z
    .object({
      loadSession: z.boolean().default(false),
      sessionCapabilities: z.object({ resume: z.unknown() }).partial().default({}),
      promptCapabilities: z.object({ image: z.boolean() }).partial().default({}),
    })
    .prefault({}),
});

/** `null` wherever the agent has said nothing yet: no handshake, or no session. */
export function capabilitiesOf(agent: Agent, facts: AgentFacts | null): Capabilities {
  const answer = initializeAnswer.safeParse(facts?.capabilities);
  const can = answer.success ? answer.data.agentCapabilities : null;
  const told = facts?.options ?? null;
  return {
    agentId: agent.id,
    status: agent.status,
    resume: can && can.sessionCapabilities.resume !== undefined && can.sessionCapabilities.resume !== null,
    load: can && can.loadSession,
    images: can && can.promptCapabilities.image === true,
    models: told && told.models.length > 0,
    modes: told && told.modes.length > 0,
    commands: told && told.commands.length > 0,
    checkedAt: agent.checkedAt,
    policies: ["ask", "accept-edits", "plan", "full"],
  };
}
