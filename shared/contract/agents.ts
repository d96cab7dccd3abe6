import * as z from "zod";
import { fields } from "../fields.ts";
import { agentCommand, isoTime } from "../run-event.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";

export const agentChoice = z.object({ id: z.string(), name: z.string(), description: z.string().optional() });
export type AgentChoice = z.infer<typeof agentChoice>;

/**
 * Whether an agent asks before it changes something: `no` where nothing makes it ask, `unknown` where nobody has shown it.
 */
export const asksFirst = z.enum(["yes", "no", "unknown"]);
export type AsksFirst = z.infer<typeof asksFirst>;

/** Modes in which an agent acts without asking: mode → whether it only edits, or does anything. */
export const looseModes = z.record(z.string(), z.enum(["edits", "everything"]));
export type LooseModes = z.infer<typeof looseModes>;

const policyModes = z.partialRecord(z.enum(["ask", "accept-edits", "plan", "full"]), z.array(z.string()));

/** What an agent session has; null where the agent has no such thing, or hasn't told. */
export const currentChoice = z.object({
  modelId: z.string().nullable(),
  modeId: z.string().nullable(),
  thinkingLevel: z.string().nullable(),
});
export type CurrentChoice = z.infer<typeof currentChoice>;

/** What the agent offers, as its last session told; empty lists until one has. */
export const agentOptions = z.object({
  models: z.array(agentChoice),
  modes: z.array(agentChoice),
  thinkingLevels: z.array(agentChoice),
  commands: z.array(agentCommand),
  /** What its last new session was opened with: the agent's default. Absent until one was. */
  defaults: currentChoice.optional(),
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
  asks: asksFirst,
  /** When files were last changed in a turn of its without a request; null: never seen. */
  changedUnaskedAt: isoTime.nullable(),
  /** Policy → the modes one of which a prompt without a chosen mode is sent in. */
  policyModes,
  looseModes,
});
export type Agent = z.infer<typeof agent>;

const entry = z.strictObject({
  label: z.string().min(1).max(80).optional(),
  command: z.string().min(1).optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  enabled: z.boolean().optional(),
  models: z.array(agentChoice).optional(),
  additionalModels: z.array(agentChoice).optional(),
  extends: z.string().optional(),
  asks: asksFirst.optional(),
  policyModes: policyModes.optional(),
  looseModes: looseModes.optional(),
  /** What Hearth offers to do for it; what is left out is offered. */
  offers: z
    .strictObject({
      readTextFile: z.boolean().optional(),
      writeTextFile: z.boolean().optional(),
      terminal: z.boolean().optional(),
    })
    .optional(),
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

export const agentConfigView = z.object({
  path: z.string(),
  config: agentConfig,
  problems: z.array(z.object({ entry: z.string(), line: z.int().nullable(), message: z.string() })),
});

export const agents = {
  models: procedureWithoutInput("GET", "/models", "List the models that agents offered or that are configured for them").output(
    z.array(model),
  ),
  capabilities: procedureWithoutInput(
    "GET",
    "/coding-agent/capabilities",
    "Tell what each agent can do, as far as it has told",
  ).output(z.array(capabilities)),
  list: procedureWithoutInput("GET", "/agents", "List the agents and whether they can be used").output(z.array(agent)),
  config: procedureWithoutInput("GET", "/agents/config", "Get the person's agents.json and what is wrong in it").output(
    agentConfigView,
  ),
  patchConfig: procedure(
    "PATCH",
    "/agents/config",
    "Change entries of the person's agents.json",
    // Anything: a patch that doesn't fit is AGENT_CONFIG_INVALID, whatever is wrong with it.
    fields({ agents: z.unknown().optional().describe("agent id → its entry in agents.json, or null to take it out") }),
  )
    .output(agentConfigView)
    .errors(errors("AGENT_CONFIG_INVALID", "AGENT_CONFIG_NOT_SAVED")),
  refresh: procedure(
    "POST",
    "/agents/refresh",
    "Look at agents again, all or the ones named, by a real handshake",
    fields({ ids: z.array(z.string()).optional() }),
  )
    .output(z.array(agent))
    .errors(errors("AGENT_NOT_FOUND")),
  diagnostic: procedure(
    "GET",
    "/agents/{id}/diagnostic",
    "Get a text about an agent that helps to find out what is wrong with it",
    fields({ id: z.string() }),
  )
    .output(z.object({ text: z.string() }))
    .errors(errors("AGENT_NOT_FOUND")),
};
