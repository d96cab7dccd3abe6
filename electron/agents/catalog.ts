import { acp } from "./acp/backend.ts";
import type { BackendKind } from "./backend.ts";
import type { AgentDefinition } from "./definition.ts";

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

const common = {
  kind: "acp",
  source: "built-in",
  enabled: true,
  env: {},
  passEnv: [],
  secretEnv: [],
  shares: true,
  models: null,
} as const;

/** The agents that come with Hearth. One more that speaks ACP is one more entry. */
export function builtInAgents(practice: PracticeAgentProgram): AgentDefinition[] {
  return [
    {
      ...copy(common),
      id: "opencode",
      label: "OpenCode",
      description: "Open source agent for many model providers",
      homepage: "https://opencode.ai",
      installHint: "npm install -g opencode-ai",
      command: "opencode",
      args: ["acp"],
      passEnv: ["OPENCODE_*", ...providerKeys],
      // `opencode acp` listens on loopback with its whole HTTP API, open to every local process unless it has a password.
      secretEnv: ["OPENCODE_SERVER_PASSWORD"],
    },
    {
      ...copy(common),
      id: "qwen",
      label: "Qwen Code",
      description: "Agent for Qwen and OpenAI-compatible models",
      homepage: "https://github.com/QwenLM/qwen-code",
      installHint: "npm install -g @qwen-code/qwen-code",
      command: "qwen",
      args: ["--acp"],
      passEnv: [
        "QWEN_*",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OPENAI_MODEL",
        "DASHSCOPE_API_KEY",
        "BAILIAN_CODING_PLAN_API_KEY",
      ],
    },
    {
      ...copy(common),
      id: "practice",
      label: "Practice",
      description: "Does what you tell it in plain instructions: no model, no network, no account",
      homepage: null,
      installHint: null,
      command: practice.command,
      args: practice.args,
      env: { ...practice.env },
      // Known without asking it, so that a model it doesn't have is refused before anything is started.
      models: { mode: "add", list: practiceModels },
    },
  ];
}

function copy(
  entry: typeof common,
): Omit<AgentDefinition, "id" | "label" | "description" | "homepage" | "installHint" | "command" | "args"> {
  return { ...entry, env: {}, passEnv: [], secretEnv: [] };
}
