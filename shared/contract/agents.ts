import * as z from "zod";
import { fields } from "../fields.ts";
import { agentCommand, isoTime } from "../run-event.ts";
import { fileCommands } from "./agent-commands.ts";
import { agentInstall, agentKey, keyName } from "./agent-parts.ts";
import { knownProof } from "./agent-proofs.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";

export const agentChoice = z.object({ id: z.string(), name: z.string(), description: z.string().optional() });
export type AgentChoice = z.infer<typeof agentChoice>;

/** A model that a person names for their own agent. */
export const ownModel = z.strictObject(agentChoice.shape);

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
  /** Its npm package; null where it doesn't come from npm. */
  package: z.string().nullable(),
  /** null: Hearth installs nothing for it. */
  install: agentInstall.nullable(),
  /** Those that are set, and those that it is known to read. */
  keys: z.array(agentKey),
  licence: z.string().nullable(),
  /** One of the few that are shown where nothing was found. */
  wellKnown: z.boolean(),
  /** Whether its program is on this machine; `partly`: the program that an adapter adapts, or the adapter alone. */
  found: z.enum(["yes", "partly", "no"]),
  /** Part of Hearth, with no model behind it: never taken by itself where a real one is there. */
  forPractice: z.boolean(),
  source: z.enum(["built-in", "user"]),
  enabled: z.boolean(),
  /** `loading`: not known yet. It is asked when somebody chooses it; the last answer never keeps a prompt from it. */
  status: z.enum(["loading", "ready", "unavailable", "signed_out", "error"]),
  /** Since when it is being asked what it can do; null: it isn't. */
  askingSince: isoTime.nullable(),
  /** Why it isn't ready, and what to do. */
  reason: z.string().nullable(),
  version: z.string().nullable(),
  path: z.string().nullable(),
  checkedAt: isoTime.nullable(),
  options: agentOptions,
  asks: asksFirst,
  /** When files were last changed in a turn of its without a request; null: never seen. */
  changedUnaskedAt: isoTime.nullable(),
  /** The ways to sign in that it offers, and its own program's where it offers none; not whether anybody has to. */
  signIn: z.array(
    z.object({ id: z.string(), name: z.string(), description: z.string().nullable(), kind: z.enum(["agent", "terminal"]) }),
  ),
  /** Its own program on a terminal, whether that can go on where it was, and whether a notify hook is known; `path` null: not on this machine. null: it has none. */
  tui: z.object({ path: z.string().nullable(), resumes: z.boolean(), hook: z.boolean() }).nullable(),
  /** Policy → the modes one of which a prompt without a chosen mode is sent in. */
  policyModes,
  looseModes,
});
export type Agent = z.infer<typeof agent>;

const variable = z.string().regex(/^[A-Za-z_]\w*$/, "A variable's name is letters, digits and _");
const variablePattern = z.string().regex(/^[A-Za-z_]\w*\*?$/, "A variable's name, or the beginning of one and *");

const entry = z.strictObject({
  label: z.string().min(1).max(80).optional(),
  command: z.string().min(1).optional(),
  args: z.array(z.string()).optional(),
  /** What is spoken with it, where it understands several; without it, the best that it does. */
  protocol: z.enum(["acp", "opencode", "claude-sdk", "stream-json"]).optional(),
  env: z.record(z.string(), z.string()).optional(),
  enabled: z.boolean().optional(),
  models: z.array(ownModel).optional(),
  additionalModels: z.array(ownModel).optional(),
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
  /** Variables of the login shell that it gets besides the common ones; `X_*` is a prefix. Instead of those of `extends`. */
  passEnv: z.array(variablePattern).optional(),
  /** Variables that get a new random secret for each of its processes. */
  secretEnv: z.array(variable).optional(),
  /** The name that signs in with such a secret, where it opens a server. */
  secretUser: z.string().min(1).optional(),
  /** One process carries the sessions of many chats without mixing them. */
  shares: z.boolean().optional(),
  /** How long it may say nothing in a turn before that is ended as failed; 0: as long as it likes. */
  silenceLimitSeconds: z.int().min(0).max(86_400).optional(),
  /** A command that signs a person in, for an agent that offers no way by the protocol. */
  login: z.array(z.string().min(1)).min(1).optional(),
  /** Its own program on a terminal, and with which arguments besides that goes on where it was. */
  tui: z
    .strictObject({ command: z.array(z.string().min(1)).min(1), resume: z.array(z.string().min(1)).min(1).optional() })
    .optional(),
});
/** The person's `agents.json`: agent id → what is theirs of it. */
export const agentConfig = z.record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "An agent's id is a–z, 0–9, - and _"), entry);
export type AgentConfig = z.infer<typeof agentConfig>;
export type AgentConfigEntry = z.infer<typeof entry>;
export { entry as agentConfigEntry };

/** What a handshake with a command told that is no agent of the list yet. */
export const triedAgent = z.object({
  /** Whether it could be used as it is. */
  works: z.boolean(),
  /** What is wrong, where something is. */
  message: z.string().nullable(),
  path: z.string().nullable(),
  version: z.string().nullable(),
  /** In its protocol's words. */
  capabilities: z.array(z.string()),
  models: z.array(agentChoice),
  /** The last lines that it printed and that aren't the protocol, secrets masked. */
  output: z.array(z.string()),
});
export type TriedAgent = z.infer<typeof triedAgent>;

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
  /** What its latest conformance run found; null: there was none. */
  proof: knownProof.nullable(),
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
    "Look at agents again by a real handshake: the ones named, or all that were chosen before",

    fields({
      ids: z.array(z.string()).optional(),
      handshake: z.boolean().optional().describe("false: only whether their programs are there; nothing is started"),
    }),
  )
    .output(z.array(agent))
    .errors(errors("AGENT_NOT_FOUND")),
  try: procedure(
    "POST",
    "/agents/try",
    "Start a command as an agent and say what came of it; nothing is kept, and it is ended again",
    fields({ entry: entry.describe("as it would stand in agents.json") }),
  )
    .output(triedAgent)
    .errors(errors("AGENT_CONFIG_INVALID")),
  choose: procedure(
    "POST",
    "/agents/{id}/choose",
    "Say that the person chose an agent: it is started and asked what it can do, unless that is known",
    fields({
      id: z.string(),
      projectId: z.string().optional().describe("chosen by the opening of this project, and not by hand: only if it is trusted"),
      chatId: z
        .string()
        .optional()
        .describe(
          "chosen in this chat: where it has no session there, one is opened for the first prompt, if the project is trusted and its process carries the sessions of many chats",
        ),
    }),
  )
    .output(agent)
    .errors(errors("AGENT_NOT_FOUND")),
  commands: procedure(
    "GET",
    "/agents/{id}/commands",
    "List an agent's commands and skills in files: the person's, and the project's where it may be started in the chat",
    fields({ id: z.string(), chatId: z.string() }),
  )
    .output(fileCommands)
    .errors(errors("AGENT_NOT_FOUND")),
  signIn: procedure(
    "POST",
    "/agents/{id}/sign-in",
    "Sign in to an agent by a way that it offers: it does it itself, or a terminal is opened that closes by itself",
    fields({
      id: z.string(),
      methodId: z.string(),
      sessionId: z.string().optional().describe("the session that a terminal is opened in"),
    }),
  )
    .output(z.object({ agent, terminalId: z.string().nullable() }))
    .errors(errors("AGENT_NOT_FOUND", "AGENT_SIGN_IN_FAILED", "SESSION_NOT_FOUND")),
  setKey: procedure(
    "POST",
    "/agents/{id}/keys",
    "Set a key that this agent alone gets as a variable; it is kept by the keyring, or until Hearth ends, and never told",
    fields({
      id: z.string(),
      name: keyName,
      value: z
        .string()
        .min(1)
        .max(8000)
        .regex(/^[^\0\r\n]+$/, "A key is one line"),
    }),
  )
    .output(agent)
    .errors(errors("AGENT_NOT_FOUND")),
  removeKey: procedure(
    "DELETE",
    "/agents/{id}/keys/{name}",
    "Forget a key that was set for an agent",
    fields({ id: z.string(), name: z.string() }),
  )
    .output(agent)
    .errors(errors("AGENT_NOT_FOUND")),
  install: procedure(
    "POST",
    "/agents/{id}/install",
    "Install an agent that comes from npm into Hearth's own folder, or its update; answers when it is there, or was stopped",
    fields({ id: z.string() }),
  )
    .output(agent)
    .errors(errors("AGENT_NOT_FOUND", "AGENT_INSTALL_FAILED", "DISK_FULL")),
  stopInstall: procedure(
    "POST",
    "/agents/{id}/stop-install",
    "Stop an install; nothing of it is kept",
    fields({ id: z.string() }),
  )
    .output(agent)
    .errors(errors("AGENT_NOT_FOUND", "AGENT_INSTALL_FAILED")),
  lookForUpdate: procedure(
    "POST",
    "/agents/{id}/look-for-update",
    "Ask the registry of npm whether there is a newer version of an agent that Hearth installed",
    fields({ id: z.string() }),
  )
    .output(agent)
    .errors(errors("AGENT_NOT_FOUND", "AGENT_INSTALL_FAILED", "DISK_FULL")),
  uninstall: procedure(
    "POST",
    "/agents/{id}/uninstall",
    "Take away what Hearth installed of an agent; a turn that goes on may end first",
    fields({ id: z.string() }),
  )
    .output(agent)
    .errors(errors("AGENT_NOT_FOUND", "AGENT_INSTALL_FAILED")),
  stopSignIn: procedure(
    "POST",
    "/agents/{id}/stop-sign-in",
    "Stop to wait for a sign-in that an agent does by itself",
    fields({ id: z.string() }),
  )
    .output(agent)
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
