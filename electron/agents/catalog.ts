import { pathToFileURL } from "node:url";
import { acp } from "./acp/backend.ts";
import type { BackendKind } from "./backend.ts";
import type { AgentDefinition, Enforcement } from "./definition.ts";
import { enforcementOf } from "./enforcement.ts";

/** How agents can be spoken with. One more is a folder of its own and a line here. */
export const backendKinds: Readonly<Record<string, BackendKind>> = { acp };

/** How the practice agent is started: Node with its program, as this installation has them. */
export type PracticeAgentProgram = { command: string; args: string[]; env?: Record<string, string> };

/** Providers' keys that an agent for many providers reads itself, by its documentation. */
const providerKeys = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_BASE_URL",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "OPENROUTER_API_KEY",
  "GEMINI_API_KEY",
  "GOOGLE_GENERATIVE_AI_API_KEY",
  "GROQ_API_KEY",
  "MISTRAL_API_KEY",
  "DEEPSEEK_API_KEY",
  "XAI_API_KEY",
];

const practiceModels = [
  { id: "steady", name: "Steady", description: "Streams at a reading pace" },
  { id: "swift", name: "Swift", description: "Streams as fast as it can" },
];

type CatalogEntry = Pick<AgentDefinition, "id" | "label" | "description" | "homepage" | "installHint" | "command"> &
  Partial<AgentDefinition>;

const opencode: CatalogEntry = {
  id: "opencode",
  label: "OpenCode",
  description: "Open source agent for many model providers",
  homepage: "https://opencode.ai",
  installHint: "npm install -g opencode-ai",
  command: "opencode",
  // 0 would be 4096 where that is free, a port that others can wait at.
  args: ["acp", "--port", "{port}"],
  shares: true,
  passEnv: ["OPENCODE_*", ...providerKeys],
  // `opencode acp` listens on loopback with its whole HTTP API, open to every local process unless it has a password.
  secretEnv: ["OPENCODE_SERVER_PASSWORD"],
  secretUser: "opencode",
};

const qwen: CatalogEntry = {
  id: "qwen",
  label: "Qwen Code",
  description: "Agent for Qwen and OpenAI-compatible models",
  homepage: "https://github.com/QwenLM/qwen-code",
  installHint: "npm install -g @qwen-code/qwen-code",
  command: "qwen",
  args: ["--acp"],
  shares: true,
  passEnv: ["QWEN_*", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "DASHSCOPE_API_KEY", "BAILIAN_CODING_PLAN_API_KEY"],
};

const others: readonly CatalogEntry[] = [
  {
    id: "claude",
    label: "Claude Code",
    description: "Anthropic's agent, through its adapter for the Agent Client Protocol",
    homepage: "https://github.com/agentclientprotocol/claude-agent-acp",
    installHint: "npm install -g @agentclientprotocol/claude-agent-acp",
    command: "claude-agent-acp",
    shares: true,
    passEnv: ["ANTHROPIC_*", "CLAUDE_*"],
  },
  {
    id: "codex",
    label: "Codex",
    description: "OpenAI's agent, through its adapter for the Agent Client Protocol",
    homepage: "https://github.com/agentclientprotocol/codex-acp",
    installHint: "npm install -g @agentclientprotocol/codex-acp",
    command: "codex-acp",
    passEnv: ["CODEX_*", "OPENAI_API_KEY", "OPENAI_BASE_URL"],
  },
  {
    id: "gemini",
    label: "Gemini CLI",
    description: "Google's agent for its Gemini models",
    homepage: "https://github.com/google-gemini/gemini-cli",
    installHint: "npm install -g @google/gemini-cli",
    command: "gemini",
    args: ["--acp"],
    passEnv: ["GEMINI_*", "GOOGLE_*"],
    // It takes no error of the protocol for "there is no such file", so that it could create none: it reads by itself.
    offers: { readTextFile: false, writeTextFile: true, terminal: true },
  },
  {
    id: "copilot",
    label: "GitHub Copilot",
    description: "GitHub's agent in its command line program",
    homepage: "https://github.com/github/copilot-cli",
    installHint: "npm install -g @github/copilot",
    command: "copilot",
    args: ["--acp"],
    passEnv: ["COPILOT_*", "GH_TOKEN", "GITHUB_TOKEN"],
  },
  {
    id: "pi",
    label: "pi",
    description: "A small agent that never asks, through its adapter for the Agent Client Protocol",
    homepage: "https://pi.dev",
    installHint: "npm install -g pi-acp @earendil-works/pi-coding-agent",
    command: "pi-acp",
    passEnv: ["PI_*", ...providerKeys],
  },
];

/** The agents that come with Hearth; `opencodePlugin` is the file of the plugin. One more that speaks ACP is one more entry. */
export function builtInAgents(practice: PracticeAgentProgram, opencodePlugin: string): AgentDefinition[] {
  return [
    entry({ ...opencode, enforcement: opencodeEnforcement(opencodePlugin) }),
    entry(qwen),
    entry({
      id: "practice",
      label: "Practice",
      description: "Does what you tell it in plain instructions: no model, no network, no account",
      homepage: null,
      installHint: null,
      command: practice.command,
      args: practice.args,
      shares: true,
      env: { ...practice.env },
      // Known without asking it, so that a model it doesn't have is refused before anything is started.
      models: { mode: "add", list: practiceModels },
    }),
    ...others.map(entry),
  ];
}

function entry(own: CatalogEntry): AgentDefinition {
  return {
    kind: "acp",
    source: "built-in",
    enabled: true,
    args: [],
    env: {},
    passEnv: [],
    secretEnv: [],
    secretUser: null,
    shares: false,
    models: null,
    enforcement: enforcementOf(own.id),
    offers: { readTextFile: true, writeTextFile: true, terminal: true },
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
