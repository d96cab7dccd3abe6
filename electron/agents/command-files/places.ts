import type { FileCommand } from "../../../shared/contract/agent-commands.ts";

/**
 * A folder in which an agent looks for commands or skills. `in`: the working copy, the home folder, or the XDG folder for
 * configuration. `moved`: a variable that names another folder for the first part of `folder`. `apart`: what stands
 * between the folders' names and the file's in a command's name; null where only the file's counts.
 */
export type CommandPlace = {
  in: "project" | "home" | "config";
  folder: string;
  moved?: string;
  kind: FileCommand["kind"];
  endings: readonly string[];
  apart: string | null;
  /** The one file is of that name right in the folder, and has a command in each of its `##` sections. */
  sections?: true;
};

const skillFile = "SKILL.md";

function commands(endings: readonly string[], apart: string | null): Pick<CommandPlace, "kind" | "endings" | "apart"> {
  return { kind: "command", endings, apart };
}
const skills: Pick<CommandPlace, "kind" | "endings" | "apart"> = { kind: "skill", endings: [skillFile], apart: null };

/** Ways to work, which a prompt asks for by their name. */
const personas = { kind: "persona", endings: [".md"], apart: null } as const;
const personaSections = { kind: "persona", endings: ["agents.md"], apart: null, sections: true } as const;

/** By the agents' own documentation; an agent that isn't named keeps none in files, or nobody has said where. */
const places: Readonly<Record<string, readonly CommandPlace[]>> = {
  claude: [
    { in: "project", folder: ".claude/commands", ...commands([".md"], null) },
    { in: "project", folder: ".claude/skills", ...skills },
    { in: "home", folder: ".claude/commands", moved: "CLAUDE_CONFIG_DIR", ...commands([".md"], null) },
    { in: "home", folder: ".claude/skills", moved: "CLAUDE_CONFIG_DIR", ...skills },
  ],
  opencode: [
    { in: "project", folder: ".opencode/command", ...commands([".md"], "/") },
    { in: "project", folder: ".opencode/commands", ...commands([".md"], "/") },
    { in: "config", folder: "opencode/command", ...commands([".md"], "/") },
    { in: "config", folder: "opencode/commands", ...commands([".md"], "/") },
  ],
  // A turn looks for a persona of the name first.
  hearth: [
    { in: "project", folder: ".hearth/agents", ...personas },
    { in: "project", folder: ".hearth", ...personaSections },
    { in: "config", folder: "hearth/agents", moved: "HEARTH_CONFIG_DIR", ...personas },
    { in: "config", folder: "hearth", moved: "HEARTH_CONFIG_DIR", ...personaSections },
    ...[".hearth/skills", ".agents/skills", ".claude/skills"].map((folder) => ({ in: "project" as const, folder, ...skills })),
    { in: "config", folder: "hearth/skills", moved: "HEARTH_CONFIG_DIR", ...skills },
    { in: "home", folder: ".agents/skills", ...skills },
    { in: "home", folder: ".claude/skills", moved: "CLAUDE_CONFIG_DIR", ...skills },
  ],
  qwen: [
    { in: "project", folder: ".qwen/commands", ...commands([".md", ".toml"], ":") },
    { in: "home", folder: ".qwen/commands", ...commands([".md", ".toml"], ":") },
  ],
  gemini: [
    { in: "project", folder: ".gemini/commands", ...commands([".toml"], ":") },
    { in: "home", folder: ".gemini/commands", ...commands([".toml"], ":") },
  ],
};

export function commandPlacesOf(agentId: string): readonly CommandPlace[] {
  return Object.hasOwn(places, agentId) ? (places[agentId] ?? []) : [];
}
