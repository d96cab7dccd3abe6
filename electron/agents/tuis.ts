import type { TuiState } from "../../shared/contract/terminal-agent.ts";
import { hookOf, type HookRecipe } from "./hooks/recipes.ts";

/** A text that means a state; the first that fits counts. */
export type Sign = { match: RegExp; state: TuiState };

/** An agent's own program on a terminal, by its publisher's documentation and sources. */
export type Tui = {
  /** A name on the login shell's PATH, or an absolute path. */
  program: string;
  args: readonly string[];
  /**
   * With which arguments it goes on where it was: in the folder's last conversation, or in the one named `{id}`. null
   * where nobody knows.
   */
  resumeLast: readonly string[] | null;
  resumeById: readonly string[] | null;
  /** What it puts into the terminal's title. */
  titles: readonly Sign[];
  /** What it says in a terminal's notification. */
  notifications: readonly Sign[];
  /** By which it can be made to tell what it does. */
  hook: HookRecipe | null;
};

/** The frames with which many programs draw a spinner. */
const spinner: Sign = { match: /^[\u2800-\u28FF]/, state: "working" };

function tui(program: string, more: Partial<Tui> = {}): Tui {
  return { program, args: [], resumeLast: null, resumeById: null, titles: [], notifications: [], hook: null, ...more };
}

const known: Readonly<Record<string, Tui>> = {
  claude: tui("claude", {
    resumeLast: ["--continue"],
    resumeById: ["--resume", "{id}"],
    titles: [spinner, { match: /^[◐◓◑◒]/, state: "working" }, { match: /^✳/, state: "idle" }],
    notifications: [
      { match: /needs your (permission|approval|attention)/i, state: "blocked" },
      { match: /waiting for your input/i, state: "done" },
    ],
  }),
  codex: tui("codex", {
    resumeLast: ["resume", "--last"],
    resumeById: ["resume", "{id}"],
    titles: [spinner],
    notifications: [{ match: /^(Approval requested|Codex wants to edit|Plan mode prompt|Question)/i, state: "blocked" }],
  }),
  gemini: tui("gemini", {
    resumeLast: ["--resume", "latest"],
    resumeById: ["--resume", "{id}"],
    titles: [
      { match: /^[✦⏲]/, state: "working" },
      { match: /^✋/, state: "blocked" },
      { match: /^◇/, state: "idle" },
    ],
  }),
  opencode: tui("opencode", { resumeLast: ["--continue"], resumeById: ["--session", "{id}"] }),
  qwen: tui("qwen", {
    resumeLast: ["--continue"],
    resumeById: ["--resume", "{id}"],
    // Without a mark it isn't in a turn.
    titles: [
      { match: /^◐/, state: "working" },
      { match: /^✳/, state: "blocked" },
      { match: /./, state: "idle" },
    ],
  }),
  copilot: tui("copilot", { resumeLast: ["--continue"], resumeById: ["--resume", "{id}"] }),
  cursor: tui("cursor-agent", { resumeLast: ["resume"] }),
  goose: tui("goose", { args: ["session"], resumeLast: ["--resume"] }),
  cline: tui("cline"),
  kilo: tui("kilo", { resumeLast: ["--continue"], resumeById: ["--session", "{id}"] }),
  auggie: tui("auggie", { resumeLast: ["--continue"] }),
  droid: tui("droid"),
  grok: tui("grok"),
  junie: tui("junie"),
  kimi: tui("kimi", { resumeLast: ["--continue"] }),
  "mistral-vibe": tui("vibe", { resumeLast: ["--continue"] }),
  pi: tui("pi", { resumeLast: ["--continue"] }),
  amp: tui("amp"),
  devin: tui("devin"),
};

export function tuiOf(agentId: string): Tui | null {
  const found = known[agentId];
  return found ? { ...found, hook: hookOf(agentId) } : null;
}

/** Another command in its place; what it is known to show stays, as long as it is the same agent's. */
export function ownTui(
  { command: [program = "", ...args], resume }: { command: readonly string[]; resume?: readonly string[] | undefined },
  parent: Tui | null,
): Tui {
  return { ...(parent ?? tui(program)), program, args, resumeLast: resume ?? null, resumeById: null };
}

/** The arguments it is started with: anew, or to go on where it was. What named the conversation is hostile: it is one plain word, or nothing. */
export function tuiArgs(
  { args, resumeLast, resumeById }: Tui,
  resume: { conversation: string | null } | null,
): readonly string[] | null {
  if (!resume) return args;
  const { conversation } = resume;
  if (resumeById && conversation !== null && isConversation(conversation))
    return [...args, ...resumeById.map((word) => (word === "{id}" ? conversation : word))];
  return resumeLast && [...args, ...resumeLast];
}

export function isConversation(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,99}$/.test(text);
}
