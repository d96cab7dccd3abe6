import { foldName, isGitFolder } from "./hostile-path.ts";

/**
 * Files that do nothing when written and run later, with nobody asking again: what git, editors, shells, agents and
 * build servers execute by themselves. Edits of them are always asked about and marked in review.
 */
const folders = new Map([
  [".husky", "git hooks"],
  [".githooks", "git hooks"],
  [".lefthook", "git hooks"],
  [".vscode", "editor configuration"],
  [".idea", "editor configuration"],
  [".zed", "editor configuration"],
  [".fleet", "editor configuration"],
  [".helix", "editor configuration"],
  [".devcontainer", "editor configuration"],
  [".claude", "agent configuration"],
  [".opencode", "agent configuration"],
  [".qwen", "agent configuration"],
  [".gemini", "agent configuration"],
  [".codex", "agent configuration"],
  [".cursor", "agent configuration"],
  [".windsurf", "agent configuration"],
  [".continue", "agent configuration"],
  [".kiro", "agent configuration"],
  [".amazonq", "agent configuration"],
  [".roo", "agent configuration"],
  [".agents", "agent configuration"],
  [".factory", "agent configuration"],
  [".augment", "agent configuration"],
  [".cline", "agent configuration"],
  [".clinerules", "agent configuration"],
  [".kilo", "agent configuration"],
  [".kilocode", "agent configuration"],
  [".grok", "agent configuration"],
  [".goose", "agent configuration"],
  [".junie", "agent configuration"],
  [".kimi", "agent configuration"],
  [".vibe", "agent configuration"],
  [".pi", "agent configuration"],
  [".copilot", "agent configuration"],
  [".hearth", "agent configuration"],
  [".circleci", "build server configuration"],
  [".buildkite", "build server configuration"],
  [".woodpecker", "build server configuration"],
  [".gitea", "build server configuration"],
  [".forgejo", "build server configuration"],
  [".ssh", "ssh configuration"],
  [".cargo", "package manager configuration"],
  [".yarn", "package manager configuration"],
]);

const files = new Map([
  [".gitconfig", "git configuration"],
  [".gitmodules", "git configuration"],
  [".pre-commit-config.yaml", "git hooks"],
  ["lefthook.yml", "git hooks"],
  [".lefthook.yml", "git hooks"],
  [".mcp.json", "agent configuration"],
  ["mcp.json", "agent configuration"],
  ["opencode.json", "agent configuration"],
  ["opencode.jsonc", "agent configuration"],
  [".aider.conf.yml", "agent configuration"],
  [".envrc", "shell configuration"],
  [".bashrc", "shell configuration"],
  [".bash_profile", "shell configuration"],
  [".bash_login", "shell configuration"],
  [".profile", "shell configuration"],
  [".zshrc", "shell configuration"],
  [".zshenv", "shell configuration"],
  [".zprofile", "shell configuration"],
  [".mise.toml", "shell configuration"],
  ["mise.local.toml", "shell configuration"],
  [".mise.local.toml", "shell configuration"],
  ["mise.toml", "shell configuration"],
  [".devcontainer.json", "editor configuration"],
  [".dir-locals.el", "editor configuration"],
  [".exrc", "editor configuration"],
  [".vimrc", "editor configuration"],
  [".nvimrc", "editor configuration"],
  [".nvim.lua", "editor configuration"],
  [".npmrc", "package manager configuration"],
  [".yarnrc", "package manager configuration"],
  [".yarnrc.yml", "package manager configuration"],
  [".pnpmfile.cjs", "package manager configuration"],
  [".pnpmfile.mjs", "package manager configuration"],
  ["bunfig.toml", "package manager configuration"],
  [".gitlab-ci.yml", "build server configuration"],
  [".travis.yml", "build server configuration"],
  [".drone.yml", "build server configuration"],
  [".cirrus.yml", "build server configuration"],
  ["azure-pipelines.yml", "build server configuration"],
  ["bitbucket-pipelines.yml", "build server configuration"],
  ["jenkinsfile", "build server configuration"],
]);

/** Of a plain path: no part of it is a protected folder, or git's. They all begin with a dot, or with `git~`. */
const ordinary = /^(?!.*(?:^|[\\/])(?:\.|git~))[\u0020-\u007e]*$/i;

/**
 * What a path runs as later ("git hooks", "agent configuration" …), null for an ordinary file. The path may be relative
 * or absolute, with `/` or `\`; parts are compared as the most forgiving file system would (case, normal form,
 * trailing dots, streams).
 */
export function protectedKind(path: string): string | null {
  const parts = path.split(/[\\/]/).filter((part) => part !== "");
  if (ordinary.test(path)) return kindOfFile(nameOf(parts.at(-1) ?? ""));
  if (parts.some(isGitFolder)) return "git folder";
  const names = parts.map(nameOf);
  for (const [at, name] of names.entries()) {
    const folder = folders.get(name);
    if (folder) return folder;
    const next = names[at + 1];
    if (name === ".github" && (next === "workflows" || next === "actions")) return "build server configuration";
    if (name === ".github" && next === "hooks") return "agent configuration";
    if (name === ".config" && next === "git") return "git configuration";
  }
  return kindOfFile(names.at(-1) ?? "");
}

function nameOf(part: string): string {
  return (foldName(part).split(":")[0] ?? "").replace(/[. ]+$/, "");
}

function kindOfFile(name: string): string | null {
  return name.endsWith(".code-workspace") ? "editor configuration" : (files.get(name) ?? null);
}

export function isProtectedPath(path: string): boolean {
  return protectedKind(path) !== null;
}
