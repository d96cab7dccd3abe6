import path from "node:path";

/** How another program writes its MCP servers down. */
export type ImportFormat = "mcpServers" | "claude" | "opencode" | "codex" | "vscode";
export type ImportFile = { owner: string; path: string; format: ImportFormat };

type Machine = { home: string; env: Readonly<Record<string, string>>; platform: NodeJS.Platform };

/** The files in which other programs keep their MCP servers: the person's own, and those of a project. */
export function importFiles({ home, env, platform }: Machine, project: string | null): ImportFile[] {
  const config = env["XDG_CONFIG_HOME"] || path.join(home, ".config");
  const own: ImportFile[] = [
    { owner: "Claude Code", path: path.join(home, ".claude.json"), format: "claude" },
    { owner: "Codex", path: path.join(env["CODEX_HOME"] || path.join(home, ".codex"), "config.toml"), format: "codex" },
    { owner: "Gemini CLI", path: path.join(home, ".gemini/settings.json"), format: "mcpServers" },
    { owner: "Qwen Code", path: path.join(home, ".qwen/settings.json"), format: "mcpServers" },
    { owner: "OpenCode", path: path.join(config, "opencode/opencode.json"), format: "opencode" },
    { owner: "OpenCode", path: path.join(config, "opencode/opencode.jsonc"), format: "opencode" },
    { owner: "Cursor", path: path.join(home, ".cursor/mcp.json"), format: "mcpServers" },
    { owner: "VS Code", path: path.join(codeFolder(home, env, platform), "User/mcp.json"), format: "vscode" },
  ];
  if (project === null) return own;
  const inProject: ImportFile[] = [
    { owner: "Claude Code", path: ".mcp.json", format: "mcpServers" },
    { owner: "OpenCode", path: "opencode.json", format: "opencode" },
    { owner: "OpenCode", path: "opencode.jsonc", format: "opencode" },
    { owner: "Codex", path: ".codex/config.toml", format: "codex" },
    { owner: "Gemini CLI", path: ".gemini/settings.json", format: "mcpServers" },
    { owner: "Qwen Code", path: ".qwen/settings.json", format: "mcpServers" },
    { owner: "Cursor", path: ".cursor/mcp.json", format: "mcpServers" },
    { owner: "VS Code", path: ".vscode/mcp.json", format: "vscode" },
  ];
  return [...own, ...inProject.map((file) => ({ ...file, path: path.join(project, file.path) }))];
}

function codeFolder(home: string, env: Readonly<Record<string, string>>, platform: NodeJS.Platform): string {
  if (platform === "darwin") return path.join(home, "Library/Application Support/Code");
  if (platform === "win32") return path.join(env["APPDATA"] || path.join(home, "AppData/Roaming"), "Code");
  return path.join(env["XDG_CONFIG_HOME"] || path.join(home, ".config"), "Code");
}
