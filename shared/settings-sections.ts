import { matchScore } from "./fuzzy.ts";

/** The sections of the settings, in their order, each with what it holds, by which it is found. */
export const settingsSections = [
  {
    id: "general",
    title: "General",
    holds: [
      "Agent of a new chat",
      "Runs at a time",
      "Memory for agents",
      "Idle agents",
      "A failed edit fails the run",
      "Sandbox for commands",
      "Hosts in the sandbox",
      "Skills",
      "Web search",
      "SearXNG",
      "Shell of terminals",
      "Marks beside commands",
    ],
  },
  { id: "appearance", title: "Appearance", holds: ["Theme", "Text size", "Diffs", "Light", "Dark", "Font", "Split", "Unified"] },
  {
    id: "agents",
    title: "Agents",
    holds: ["Install", "Sign in", "Keys", "Add by command", "Diagnostic", "What is true", "agents.json"],
  },
  {
    id: "models",
    title: "Local models",
    holds: [
      "Model servers",
      "Ollama",
      "LM Studio",
      "llama.cpp",
      "llama-swap",
      "vLLM",
      "Context window",
      "Sampling",
      "Temperature",
      "Reasoning",
      "Keys of model servers",
      "Embedded model",
      "GGUF file",
      "Unload an idle model",
      "Add a model server",
      "Helper model",
      "Tool calls until a turn pauses",
      "Requests until a turn pauses",
      "Tokens until a turn pauses",
    ],
  },
  { id: "mcp", title: "MCP servers", holds: ["Tools", "Add a server", "From other programs", "Secrets of servers", "mcp.json"] },
  { id: "rules", title: "Permission rules", holds: ["Allow always", "Policy"] },
  { id: "decisions", title: "Decisions", holds: ["History of permissions", "Who allowed what"] },
  {
    id: "notifications",
    title: "Notifications",
    holds: ["Something needs you", "A run is done", "A run failed", "Notifications of this browser"],
  },
  { id: "shortcuts", title: "Shortcuts", holds: ["Keyboard", "Keys of commands"] },
  {
    id: "storage",
    title: "Storage",
    holds: ["Give room back", "Disk", "Snapshots", "Worktrees", "Deleted sessions", "Bring back"],
  },
  { id: "about", title: "About", holds: ["Version", "Data folder", "Configuration folder", "Settings file", "Warnings"] },
] as const satisfies readonly { id: string; title: string; holds: readonly string[] }[];

export type SettingsSection = (typeof settingsSections)[number];
export type SettingsSectionId = SettingsSection["id"];

/** The sections that a search leaves, each with what of it was found; nothing where its own title was. */
export function findSettings(query: string): { section: SettingsSection; found: readonly string[] }[] {
  const words = query.trim();
  return settingsSections.flatMap((section) => {
    if (words === "" || matchScore(words, section.title) !== null) return [{ section, found: [] }];
    const found = section.holds.filter((name) => name.toLowerCase().includes(words.toLowerCase()));
    return found.length > 0 ? [{ section, found }] : [];
  });
}
