import { quoteWords } from "../../shared/shell-words.ts";
import type { ToolKind, ToolSnapshot } from "../../shared/run-event.ts";

/** A tool call as one line. `target`: a path or command for mono, or null where the title is all there is. */
export type ToolLine = { verb: string; target: string | null; targetKind: "path" | "command" | "text" };

const verbs: Record<ToolKind, [going: string, done: string]> = {
  read: ["Reading", "Read"],
  edit: ["Editing", "Edited"],
  delete: ["Deleting", "Deleted"],
  move: ["Moving", "Moved"],
  search: ["Searching", "Searched"],
  execute: ["Running", "Ran"],
  think: ["Thinking", "Thought"],
  fetch: ["Fetching", "Fetched"],
  switch_mode: ["Switching mode", "Switched mode"],
  other: ["Using", "Used"],
};

const unfinished: Record<ToolKind, string> = {
  read: "Read",
  edit: "Edit",
  delete: "Delete",
  move: "Move",
  search: "Search",
  execute: "Run",
  think: "Think",
  fetch: "Fetch",
  switch_mode: "Switch mode",
  other: "Use",
};

/** `asks`: it hasn't begun, it waits for a permission. `root`: the working copy, below which paths are shown without it. */
export function toolLine(tool: ToolSnapshot, { asks = false, root = "" }: { asks?: boolean; root?: string } = {}): ToolLine {
  return { verb: asks ? unfinished[tool.kind] : verbOf(tool), ...targetOf(tool, root) };
}

/** A path inside the working copy as seen from it; any other as it is. */
export function pathBelow(root: string, path: string): string {
  const base = root.replace(/[/\\]+$/, "");
  return base !== "" && path.startsWith(base) && /^[/\\]/.test(path.slice(base.length)) ? path.slice(base.length + 1) : path;
}

function verbOf({ kind, status, diff }: ToolSnapshot): string {
  if (status === "failed" || status === "cancelled") return unfinished[kind];
  const [going, done] = verbs[kind];
  if (status !== "completed") return going;
  return kind === "edit" && diff.length > 0 && diff.every(({ oldText }) => oldText === null) ? "Created" : done;
}

function targetOf(tool: ToolSnapshot, root: string): Omit<ToolLine, "verb"> {
  if (tool.kind === "execute") {
    const command = commandOf(tool.input);
    // A title is the agent's words, which may be another thing than what ran.
    return command === null ? ofTitle(tool) : { target: command, targetKind: "command" };
  }
  const paths = pathsOf(tool).map((path) => pathBelow(root, path));
  const [first] = paths;
  if (tool.kind === "move" && paths.length === 2) return { target: paths.join(" → "), targetKind: "path" };
  if (first !== undefined && tool.kind !== "search" && tool.kind !== "fetch" && tool.kind !== "other" && tool.kind !== "think") {
    return { target: paths.length > 1 ? `${first} and ${paths.length - 1} more` : first, targetKind: "path" };
  }
  const url = tool.kind === "fetch" ? urlOf(tool.input) : null;
  return url === null ? ofTitle(tool) : { target: url.replace(/^https?:\/\//, ""), targetKind: "path" };
}

/** Without the verb that stands before it already. */
function ofTitle({ kind, title }: ToolSnapshot): Omit<ToolLine, "verb"> {
  const [first = "", ...others] = title.trim().split(/\s/);
  const said = [...verbs[kind], unfinished[kind]].some((verb) => verb.toLowerCase() === first.toLowerCase());
  const target = said && others.length > 0 ? title.trim().slice(first.length).trim() : title.trim();
  return { target: target || null, targetKind: "text" };
}

function urlOf(input: unknown): string | null {
  const url = typeof input === "object" && input !== null && "url" in input ? input.url : null;
  return typeof url === "string" && url !== "" ? url : null;
}

/** The files a call is about, each once: those it changed, else those it looked at. */
export function pathsOf(tool: ToolSnapshot): string[] {
  const named =
    tool.diff.length > 0
      ? tool.diff.map(({ path }) => path)
      : tool.locations.map(({ path, line }) => (line && tool.kind === "read" ? `${path}:${line}` : path));
  return [...new Set(named)];
}

/** The command in an agent's own input, which may be a string or its argv, as it is; null if there is none. */
export function commandOf(input: unknown): string | null {
  if (typeof input !== "object" || input === null || !("command" in input)) return null;
  const { command } = input;
  const args: unknown = "args" in input ? input.args : [];
  const words = [...listOf(command), ...(Array.isArray(args) ? listOf(args) : [])];
  if (!words.every((word) => typeof word === "string")) return null;
  // A shell's "-c" script is the command; the shell around it says nothing.
  const [program = "", flag, script] = words;
  if (words.length === 3 && /(?:^|\/)(?:ba|z|da)?sh$/.test(program) && /^-l?c$/.test(flag ?? "") && script) return script;
  const whole = words.length === 1 ? program : quoteWords(words);
  return whole.trim() === "" ? null : whole;
}

const groups: Record<ToolKind, (count: number) => string> = {
  read: (n) => `Read ${n} files`,
  edit: (n) => `Edited ${n} times`,
  delete: (n) => `Deleted ${n} files`,
  move: (n) => `Moved ${n} files`,
  search: (n) => `Searched ${n} times`,
  execute: (n) => `Ran ${n} commands`,
  think: (n) => `Thought ${n} times`,
  fetch: (n) => `Fetched ${n} addresses`,
  switch_mode: (n) => `Switched mode ${n} times`,
  other: (n) => `Used ${n} tools`,
};

/** What a fold of neighbours of one kind is called. Files are counted once each. */
export function groupTitle(tools: readonly ToolSnapshot[]): string {
  const kind = tools[0]?.kind ?? "other";
  const files = new Set(tools.flatMap(pathsOf).map((path) => path.replace(/:\d+$/, "")));
  if (kind === "edit" && files.size > 0)
    return `Edited ${files.size} ${files.size === 1 ? "file" : "files"} in ${tools.length} steps`;
  if (kind === "read" && files.size === 1) return `Read one file ${tools.length} times`;
  return groups[kind](kind === "read" && files.size > 0 ? files.size : tools.length);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value.map((entry: unknown) => entry) : [value];
}
