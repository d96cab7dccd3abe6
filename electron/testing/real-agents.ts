import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The real agents that tests drive; `scripts/test.mjs` puts them here. */
export const agentsDir = path.resolve(import.meta.dirname, "../../.cache/agents");

const programs = {
  opencode: path.join(agentsDir, "node_modules/opencode-linux-x64/bin/opencode"),
  qwen: path.join(agentsDir, "node_modules/.bin/qwen"),
  claude: path.join(agentsDir, "node_modules/.bin/claude-agent-acp"),
} as const;

export type RealAgent = keyof typeof programs;

export function findRealAgent(agent: RealAgent): string | null {
  return existsSync(programs[agent]) ? programs[agent] : null;
}

/**
 * A home folder in which the real agents know one model, the scripted one, and ask no other host. Returns the
 * environment to start Hearth with: nothing of the developer's own comes along.
 */
export function prepareAgentHome(home: string, modelUrl: string): Record<string, string> {
  const save = (file: string, value: unknown): void => {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), JSON.stringify(value, null, 2));
  };
  save(".config/opencode/opencode.json", {
    autoupdate: false,
    share: "disabled",
    model: "scripted/scripted-1",
    small_model: "scripted/scripted-1",
    enabled_providers: ["scripted"],
    provider: {
      scripted: {
        npm: "@ai-sdk/openai-compatible",
        options: { baseURL: modelUrl, apiKey: "scripted" },
        models: {
          "scripted-1": {
            ...{ name: "Scripted", reasoning: true, tool_call: true, limit: { context: 100_000, output: 10_000 } },
            ...{ attachment: true, modalities: { input: ["text", "image"], output: ["text"] } },
          },
        },
      },
    },
  });
  // opencode installs this plugin in the background into every configuration folder that lacks it, from the network.
  save(".config/opencode/package.json", { dependencies: { "@opencode-ai/plugin": "*" } });
  save(".config/opencode/package-lock.json", {
    lockfileVersion: 3,
    packages: { "": { dependencies: { "@opencode-ai/plugin": "*" } } },
  });
  mkdirSync(path.join(home, ".config/opencode/node_modules"), { recursive: true });
  save(".qwen/settings.json", {
    security: { auth: { selectedType: "openai" } },
    model: { name: "scripted-1" },
    modelProviders: { openai: [{ id: "scripted-1", name: "Scripted", baseUrl: modelUrl, envKey: "OPENAI_API_KEY" }] },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    general: { enableAutoUpdate: false },
    tools: { approvalMode: "default" },
    memory: { enableManagedAutoMemory: false, enableManagedAutoDream: false },
    ui: { enableFollowupSuggestions: false },
  });
  const bins = [path.dirname(programs.opencode), path.dirname(programs.qwen), path.dirname(process.execPath)];
  return {
    HOME: home,
    PATH: [...bins, "/usr/local/bin", "/usr/bin", "/bin"].join(path.delimiter),
    SHELL: "/bin/sh",
    LANG: "C.UTF-8",
    TMPDIR: mkTmp(home),
    // Its SDK looks for the agent's files where the core's own home is, otherwise.
    CLAUDE_CONFIG_DIR: path.join(home, ".claude"),
    XDG_CONFIG_HOME: path.join(home, ".config"),
    XDG_DATA_HOME: path.join(home, ".local/share"),
    XDG_STATE_HOME: path.join(home, ".local/state"),
    XDG_CACHE_HOME: path.join(home, ".cache"),
  };
}

/** What each agent needs in its own environment to stay on loopback; goes into `agents.json`. */
export const offlineEnv: Record<RealAgent, (modelUrl: string) => Record<string, string>> = {
  opencode: () => ({
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
    OPENCODE_DISABLE_SHARE: "1",
  }),
  claude: (modelUrl) => ({
    ANTHROPIC_BASE_URL: modelUrl.replace(/\/v1$/, ""),
    ANTHROPIC_API_KEY: "scripted",
    ANTHROPIC_MODEL: "claude-scripted-1",
    ANTHROPIC_SMALL_FAST_MODEL: "claude-scripted-1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: "0",
    CLAUDE_CODE_MAX_RETRIES: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_AUTOUPDATER: "1",
  }),
  qwen: (modelUrl) => ({ OPENAI_API_KEY: "scripted", OPENAI_BASE_URL: modelUrl, OPENAI_MODEL: "scripted-1" }),
};

function mkTmp(home: string): string {
  const tmp = path.join(home, "tmp");
  mkdirSync(tmp, { recursive: true });
  return tmp;
}
