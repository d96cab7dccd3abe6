import * as z from "zod";
import type { KnownProof } from "../../shared/contract/agent-proofs.ts";
import type { Agent, Capabilities, Model } from "../../shared/contract/agents.ts";
import type { AgentDefinition } from "./definition.ts";
import type { AgentFacts } from "../store/agent-facts.ts";

/**
 * A way to sign in that an agent offers: it does it itself (`agent`), or it is done in a terminal, by its program with
 * these arguments besides and these variables.
 */
const signInMethod = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  terminal: z.object({ args: z.array(z.string()), env: z.record(z.string(), z.string()) }).nullable(),
});
export type SignInMethod = z.infer<typeof signInMethod>;

/** What an agent can, in the words of no protocol. `details` are its backend's own words, for the diagnostic. */
const agentCapabilities = z.object({
  resume: z.boolean(),
  replay: z.boolean(),
  images: z.boolean(),
  /** Servers of tools can be given to its sessions. */
  mcp: z.boolean().default(false),
  details: z.array(z.string()),
  signIn: z.array(signInMethod).default([]),
  /** By which of them the person signed in here last: some agents want to hear it again in each new process. */
  signedInBy: z.string().nullable().default(null),
});
export type AgentCapabilities = z.infer<typeof agentCapabilities>;

/** null until a handshake has told, or where what is stored is of an earlier shape. */
export function knownCapabilities(facts: AgentFacts | null): AgentCapabilities | null {
  return agentCapabilities.safeParse(facts?.capabilities).data ?? null;
}

const ownProgram = "own-program";

/** The ways that an agent offers; where it offers none, its own program's, as the catalogue or the person names it. */
export function signInMethods(definition: AgentDefinition, offered: readonly SignInMethod[]): Agent["signIn"] {
  const told = offered.map(({ id, name, description, terminal }) => ({
    id,
    name,
    description,
    kind: terminal ? ("terminal" as const) : ("agent" as const),
  }));
  if (told.length > 0 || !definition.login) return told;
  return [{ id: ownProgram, name: "Sign in", description: definition.login.join(" "), kind: "terminal" }];
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
export function capabilitiesOf(agent: Agent, facts: AgentFacts | null, proof: KnownProof | null): Capabilities {
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
    proof,
  };
}
