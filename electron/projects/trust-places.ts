import type { TrustItem } from "../../shared/contract/projects.ts";

type Kind = TrustItem["kind"];

/** A file or folder, relative to the working copy, that agents, editors and shells read and then run or obey. */
export type TrustPlace = { path: string; kind: Kind; detail: string };

export const trustPlaces: readonly TrustPlace[] = [
  { path: "opencode.json", kind: "agent-config", detail: "opencode's configuration" },
  { path: "opencode.jsonc", kind: "agent-config", detail: "opencode's configuration" },
  { path: ".opencode", kind: "agent-config", detail: "opencode's configuration" },
  { path: ".claude", kind: "agent-config", detail: "Claude Code's configuration" },
  { path: ".claude.json", kind: "agent-config", detail: "Claude Code's configuration" },
  { path: ".mcp.json", kind: "mcp-server", detail: "Started by agents" },
  { path: "mcp.json", kind: "mcp-server", detail: "Started by agents" },
  { path: ".qwen", kind: "agent-config", detail: "Qwen Code's configuration" },
  { path: ".gemini", kind: "agent-config", detail: "Gemini's configuration" },
  { path: ".codex", kind: "agent-config", detail: "Codex's configuration" },
  { path: ".goosehints", kind: "agent-config", detail: "goose's hints" },
  { path: ".goose", kind: "agent-config", detail: "goose's configuration" },
  { path: ".hearth", kind: "agent-config", detail: "Skills and personas for Hearth's own agent" },
  { path: ".agents", kind: "agent-config", detail: "Skills and configuration for agents" },
  { path: ".cursor", kind: "agent-config", detail: "Cursor's configuration" },
  { path: ".kilocode", kind: "agent-config", detail: "Kilo Code's configuration" },
  { path: ".roo", kind: "agent-config", detail: "Roo Code's configuration" },
  { path: ".continue", kind: "agent-config", detail: "Continue's configuration" },
  { path: ".zed/settings.json", kind: "editor-task", detail: "Zed's settings" },
  { path: ".zed/tasks.json", kind: "editor-task", detail: "Zed's tasks" },
  { path: ".vscode/tasks.json", kind: "editor-task", detail: "VS Code's tasks, which may run when the folder opens" },
  { path: ".vscode/settings.json", kind: "editor-task", detail: "VS Code's settings, which may name programs to run" },
  { path: ".vscode/mcp.json", kind: "mcp-server", detail: "Started by VS Code" },
  { path: ".envrc", kind: "environment", detail: "Run by direnv in a shell that enters the folder" },
  { path: ".worktreeinclude", kind: "setup-script", detail: "Names files that Hearth copies into new worktrees" },
  { path: ".husky", kind: "hook", detail: "Run by git hooks" },
  { path: "lefthook.yml", kind: "hook", detail: "Run by git hooks" },
  { path: ".lefthook.yml", kind: "hook", detail: "Run by git hooks" },
  { path: ".pre-commit-config.yaml", kind: "hook", detail: "Run by git hooks" },
];

/** What an agent makes by itself in its folder, or that is nothing but work files of it; it can't run by itself. */
const leftOut =
  /(^|\/)(node_modules|worktrees|\.git|logs|cache|tmp)(\/|$)|(^|\/)(\.gitignore|bun\.lockb?|package-lock\.json|yarn\.lock|pnpm-lock\.yaml)$/;

/** Whether a file below one of the folders is of no account. */
export function isLeftOut(relative: string): boolean {
  return leftOut.test(relative);
}

/** The kind of a file inside an agent's folder, from where it lies. */
export function kindInside(relative: string, fallback: Kind): Kind {
  if (/(^|\/)mcp(\.local)?\.json$/.test(relative)) return "mcp-server";
  if (/(^|\/)plugins?\//.test(relative)) return "plugin";
  if (/(^|\/)hooks?(\/|\.json$)/.test(relative)) return "hook";
  return fallback;
}

/** Variables that send an agent's requests and keys elsewhere, or make programs load or run something. */
const steering =
  /^\s*(?:export\s+)?([A-Z0-9_]*(?:BASE_URL|API_URL|API_BASE|API_HOST|ENDPOINT|_PROXY|CODEX_HOME|CLAUDE_CONFIG_DIR|XDG_[A-Z]+_HOME|GEMINI_[A-Z_]*HOME|QWEN_[A-Z_]*HOME|OPENCODE_[A-Z_]+|NODE_OPTIONS|LD_PRELOAD|LD_LIBRARY_PATH|DYLD_[A-Z_]+|PYTHONSTARTUP|PYTHONPATH|BASH_ENV|GIT_[A-Z_]+)|PATH|ENV|HOME|SHELL|EDITOR|PAGER)\s*=/;

/** The lines of an environment file that steer programs, as they are, and the names they set. */
export function steeringLines(text: string): { lines: string[]; names: string[] } {
  const lines = text.split(/\r?\n/).filter((candidate) => steering.test(candidate));
  return { lines, names: lines.map((candidate) => steering.exec(candidate)?.[1] ?? "") };
}
