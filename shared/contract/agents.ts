import { oc } from "@orpc/contract";
import * as z from "zod";
import { agentCommand, isoTime } from "../run-event.ts";
import { errors } from "./errors.ts";

const choice = z.object({ id: z.string(), name: z.string(), description: z.string().optional() });
export type AgentChoice = z.infer<typeof choice>;

/** What the agent offers, as its last session told; empty lists until one has. */
export const agentOptions = z.object({
  models: z.array(choice),
  modes: z.array(choice),
  thinkingLevels: z.array(choice),
  commands: z.array(agentCommand),
});
export type AgentOptions = z.infer<typeof agentOptions>;

export const agent = z.object({
  id: z.string(),
  label: z.string(),
  description: z.string(),
  homepage: z.string().nullable(),
  installHint: z.string().nullable(),
  source: z.enum(["built-in", "user"]),
  enabled: z.boolean(),
  status: z.enum(["loading", "ready", "unavailable", "signed_out", "error"]),
  /** Why it isn't ready, and what to do. */
  reason: z.string().nullable(),
  version: z.string().nullable(),
  path: z.string().nullable(),
  checkedAt: isoTime.nullable(),
  options: agentOptions,
});
export type Agent = z.infer<typeof agent>;

const entry = z.strictObject({
  label: z.string().min(1).max(80).optional(),
  command: z.string().min(1).optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  enabled: z.boolean().optional(),
  models: z.array(choice).optional(),
  additionalModels: z.array(choice).optional(),
  extends: z.string().optional(),
});
/** The person's `agents.json`: agent id → what is theirs of it. */
export const agentConfig = z.record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "An agent's id is a–z, 0–9, - and _"), entry);
export type AgentConfig = z.infer<typeof agentConfig>;
export type AgentConfigEntry = z.infer<typeof entry>;
export { entry as agentConfigEntry };

/** A model that an agent offered in its last session, or that the person's configuration names for it. */
export const model = z.object({ id: z.string(), label: z.string(), agentId: z.string(), active: z.boolean() });
export type Model = z.infer<typeof model>;

/**
 * What an agent told of itself in its last handshake and sessions; `null` is "it hasn't told yet". `policies` are
 * Hearth's own and hold for every agent.
 */
export const capabilities = z.object({
  agentId: z.string(),
  status: agent.shape.status,
  resume: z.boolean().nullable(),
  load: z.boolean().nullable(),
  images: z.boolean().nullable(),
  models: z.boolean().nullable(),
  modes: z.boolean().nullable(),
  commands: z.boolean().nullable(),
  checkedAt: isoTime.nullable(),
  policies: z.array(z.enum(["ask", "accept-edits", "plan", "full"])),
});
export type Capabilities = z.infer<typeof capabilities>;

export const agents = {
  models: oc.route({ method: "GET", path: "/models" }).output(z.array(model)),
  capabilities: oc.route({ method: "GET", path: "/coding-agent/capabilities" }).output(z.array(capabilities)),
  list: oc.route({ method: "GET", path: "/agents" }).output(z.array(agent)),
  config: oc.route({ method: "GET", path: "/agents/config" }).output(
    z.object({
      path: z.string(),
      config: agentConfig,
      problems: z.array(z.object({ entry: z.string(), message: z.string() })),
    }),
  ),
  patchConfig: oc
    .route({ method: "PATCH", path: "/agents/config" })
    // Anything: a patch that doesn't fit is AGENT_CONFIG_INVALID, whatever is wrong with it.
    .input(z.object({ agents: z.unknown().optional().describe("agent id → its entry in agents.json, or null to take it out") }))
    .output(
      z.object({
        path: z.string(),
        config: agentConfig,
        problems: z.array(z.object({ entry: z.string(), message: z.string() })),
      }),
    )
    .errors(errors("AGENT_CONFIG_INVALID", "AGENT_CONFIG_NOT_SAVED")),
  /** Looks again, by a real handshake; all, or the ones named. */
  refresh: oc
    .route({ method: "POST", path: "/agents/refresh" })
    .input(z.object({ ids: z.array(z.string()).optional() }))
    .output(z.array(agent))
    .errors(errors("AGENT_NOT_FOUND")),
  diagnostic: oc
    .route({ method: "GET", path: "/agents/{id}/diagnostic" })
    .input(z.object({ id: z.string() }))
    .output(z.object({ text: z.string() }))
    .errors(errors("AGENT_NOT_FOUND")),
};
