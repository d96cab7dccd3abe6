import { pathToFileURL } from "node:url";
import { connectAcp } from "./acp/acp-child.ts";
import type { BackendKind } from "./backend.ts";
import { catalogEntries, type CatalogEntry } from "./catalog-entries.ts";
import { defaultSilenceLimitSeconds, everything, type AgentDefinition, type Enforcement, type Transport } from "./definition.ts";
import { connectClaude } from "./claude/connect.ts";
import { commandPlacesOf } from "./command-files/places.ts";
import { connectStreamJson } from "./claude/connect-stream-json.ts";
import { enforcementOf } from "./enforcement.ts";
import { managedOf } from "./installs/pins.ts";
import { connectOpencode } from "./opencode/connect.ts";
import type { Connector } from "./programs/agent-child.ts";
import { programKind } from "./programs/backend.ts";
import { tuiOf } from "./tuis.ts";

/** How programs can be spoken with. One more is a folder of its own and a line here. */
export const connectors: Readonly<Record<Transport["protocol"], Connector>> = {
  acp: connectAcp,
  opencode: connectOpencode,
  "claude-sdk": connectClaude,
  "stream-json": connectStreamJson,
};

/** What agents can be. One more kind is a folder of its own and a line here. */
export const backendKinds: Readonly<Record<string, BackendKind>> = { program: programKind(connectors) };

/** Hearth's own agent: of the kind `assistant`, which whoever composes the core brings. */
export const assistantId = "hearth";

/** How the practice agent is started: Node with its program, as this installation has them. */
export type PracticeAgentProgram = { command: string; args: string[]; env?: Record<string, string> };

const practiceModels = [
  { id: "steady", name: "Steady", description: "Streams at a reading pace" },
  { id: "swift", name: "Swift", description: "Streams as fast as it can" },
];

/** The agents that come with Hearth; `opencodePlugin` is the file of the plugin. One more that speaks ACP is one more entry. */
export function builtInAgents(practice: PracticeAgentProgram, opencodePlugin: string): AgentDefinition[] {
  const laidOver: Record<string, Partial<AgentDefinition>> = {
    opencode: { enforcement: opencodeEnforcement(opencodePlugin) },
  };
  return [
    ...catalogEntries.map((known) => entry({ ...known, ...laidOver[known.id] })),
    entry({
      id: assistantId,
      kind: "assistant",
      label: "Hearth",
      description: "Hearth's own agent, for models on your own machine or any OpenAI-compatible server; works offline",
      homepage: null,
      licence: "MIT",
      programs: [],
      transports: [],
      wellKnown: true,
      shares: true,
      leavesCommands: true,
      // A local server may read a long prompt in for twenty minutes without a word. It ends by its connection.
      silenceLimitSeconds: null,
    }),
    entry({
      id: "practice",
      label: "Practice",
      description: "Does what you tell it in plain instructions: no model, no network, no account",
      homepage: null,
      licence: null,
      programs: [practice.command],
      args: practice.args,
      forPractice: true,
      shares: true,
      leavesCommands: true,
      // It can be told to hang.
      silenceLimitSeconds: null,
      env: { ...practice.env },
      // Known without asking it, so that a model it doesn't have is refused before anything is started.
      models: { mode: "add", list: practiceModels },
    }),
  ];
}

function entry({ args = [], ...own }: CatalogEntry): AgentDefinition {
  return {
    kind: "program",
    source: "built-in",
    enabled: true,
    installHint: null,
    package: null,
    managed: managedOf(own.id),
    login: null,
    tui: tuiOf(own.id),
    wellKnown: false,
    forPractice: false,
    adapterFor: null,
    transports: [{ protocol: "acp", args }],
    env: {},
    passEnv: [],
    secretEnv: [],
    secretUser: null,
    shares: false,
    silenceLimitSeconds: defaultSilenceLimitSeconds,
    sharesByPerson: false,
    models: null,
    enforcement: enforcementOf(own.id),
    leavesCommands: false,
    offers: everything,
    commandPlaces: commandPlacesOf(own.id),
    ...own,
  };
}

/**
 * By its own default opencode edits and runs commands without a question. The variable makes both ask whatever its
 * configuration says, but for an agent in it that has rules of its own; those, and the tools of MCP servers, the plugin
 * makes ask. It asks under every policy, so that one child serves all of them and a change of policy counts at once.
 */
function opencodeEnforcement(plugin: string): Enforcement {
  return {
    ...enforcementOf("opencode"),
    jsonEnv: {
      OPENCODE_PERMISSION: { edit: "ask", bash: "ask" },
      OPENCODE_CONFIG_CONTENT: { plugin: [pathToFileURL(plugin).href] },
    },
  };
}
