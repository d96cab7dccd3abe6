import path from "node:path";
import type { TuiState } from "../../../shared/contract/terminal-agent.ts";

/** An event of an agent's, and the state that it means; with `types`, only where its payload names one of them. */
export type HookEvent = { event: string; types?: readonly string[]; state: TuiState };

/** How an agent is made to tell what it does: by which file of the person's, and with which events. */
export type HookRecipe = {
  /** `json`: commands under `hooks` of its settings. `toml`: the program `notify`. `plugin`: a file of its own. */
  kind: "json" | "toml" | "plugin";
  file: (env: Readonly<Record<string, string>>) => string;
  events: readonly HookEvent[];
};

const home = (env: Readonly<Record<string, string>>): string => env["HOME"] ?? env["USERPROFILE"] ?? "/";

/** By agent, from its publisher's documentation. */
const recipes: Readonly<Record<string, HookRecipe>> = {
  claude: {
    kind: "json",
    file: (env) => path.join(env["CLAUDE_CONFIG_DIR"] ?? path.join(home(env), ".claude"), "settings.json"),
    events: [
      { event: "SessionStart", state: "idle" },
      { event: "UserPromptSubmit", state: "working" },
      { event: "PostToolUse", state: "working" },
      // At once, also for a question of its own; the notification of it comes six seconds later.
      { event: "PermissionRequest", state: "blocked" },
      // Its other notification comes when it has long waited for a prompt, which is no news.
      { event: "Notification", types: ["permission_prompt", "elicitation_dialog", "agent_needs_input"], state: "blocked" },
      { event: "Stop", state: "done" },
      { event: "StopFailure", state: "done" },
    ],
  },
  codex: {
    kind: "toml",
    file: (env) => path.join(env["CODEX_HOME"] ?? path.join(home(env), ".codex"), "config.toml"),
    // It runs the program at the end of a turn only.
    events: [{ event: "agent-turn-complete", state: "done" }],
  },
  gemini: {
    kind: "json",
    file: (env) => path.join(home(env), ".gemini", "settings.json"),
    events: [
      { event: "SessionStart", state: "idle" },
      { event: "BeforeAgent", state: "working" },
      { event: "AfterTool", state: "working" },
      { event: "Notification", types: ["ToolPermission"], state: "blocked" },
      { event: "AfterAgent", state: "done" },
    ],
  },
  qwen: {
    kind: "json",
    file: (env) => path.join(env["QWEN_HOME"] ?? path.join(home(env), ".qwen"), "settings.json"),
    events: [
      { event: "SessionStart", state: "idle" },
      { event: "UserPromptSubmit", state: "working" },
      { event: "PostToolUse", state: "working" },
      { event: "PermissionRequest", state: "blocked" },
      { event: "Stop", state: "done" },
      { event: "StopFailure", state: "done" },
    ],
  },
  opencode: {
    kind: "plugin",
    file: (env) =>
      path.join(env["XDG_CONFIG_HOME"] ?? path.join(home(env), ".config"), "opencode", "plugins", "hearth-notify.js"),
    events: [
      { event: "plugin.loaded", state: "idle" },
      { event: "session.status", types: ["busy", "retry"], state: "working" },
      { event: "permission.asked", state: "blocked" },
      { event: "question.asked", state: "blocked" },
      { event: "permission.replied", state: "working" },
      { event: "question.replied", state: "working" },
      { event: "session.idle", state: "done" },
    ],
  },
};

export function hookOf(agentId: string): HookRecipe | null {
  return recipes[agentId] ?? null;
}

/** The variable that names a terminal's folder for notices; where it is missing, a hook does nothing. */
export const noticeFolderName = "HEARTH_NOTIFY_DIR";

/** A notice's file: which process wrote it, of which agent, at which event. */
export const noticeName = /^\d+\.([a-z0-9][a-z0-9_-]{0,39})\.([A-Za-z.-]{1,40})\.json$/;

/**
 * The command of an agent's hook: it puts what it is given into the terminal's folder, whole or not at all, says nothing
 * and never fails. `read`: where the payload comes from.
 */
export function hookCommand(agentId: string, event: string, read: "stdin" | "argument"): string {
  const [take, drop] = read === "stdin" ? ["cat", "cat >/dev/null"] : [`printf %s "$1"`, ":"];
  return (
    `if [ -d "$${noticeFolderName}" ]; then cd "$${noticeFolderName}" && ${take} >"$$.part" && ` +
    `mv "$$.part" "$$.${agentId}.${event}.json"; else ${drop}; fi; :`
  );
}
