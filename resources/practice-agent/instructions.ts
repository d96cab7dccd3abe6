/** One line of a prompt to the practice agent, as it will be done. */
export type Instruction =
  | { type: "say" | "think" | "run" | "fail" | "remember"; text: string }
  | { type: "plan"; steps: string[] }
  | { type: "read" | "delete"; path: string }
  | { type: "create"; path: string; text: string }
  | { type: "replace"; before: string; after: string; path: string }
  | { type: "rename"; from: string; to: string }
  | { type: "ask"; question: string; choices: string[] }
  | { type: "stream" | "flood" | "wait" | "exit"; amount: number }
  | { type: "hang" | "ignore-cancel" | "recall" | "who" };

export type Script = { ok: true; instructions: Instruction[] } | { ok: false; line: string };

const maxAmount = 10_000_000;

/** A prompt → what to do, in order; or the first line that is no instruction. An empty prompt is one, too. */
export function parseScript(prompt: string): Script {
  const lines = prompt.split(/\r?\n/);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = (lines[at] ?? "").trim();
    if (line === "") continue;
    const block = /^create\s+(.+?):?$/i.exec(line) ? fencedBlock(lines, at + 1) : null;
    if (block) {
      instructions.push({ type: "create", path: path(line.replace(/^create\s+/i, "").replace(/:$/, "")), text: block.text });
      at = block.end;
      continue;
    }
    const instruction = parseLine(line);
    if (!instruction) return { ok: false, line };
    instructions.push(instruction);
  }
  return instructions.length > 0 ? { ok: true, instructions } : { ok: false, line: "" };
}

/** A block between fences of three or more backticks that begins on line `at`; its text ends with a line feed. */
function fencedBlock(lines: readonly string[], at: number): { text: string; end: number } | null {
  const fence = /^\s*(`{3,})[^`]*$/.exec(lines[at] ?? "")?.[1];
  if (!fence) return null;
  const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
  if (end === -1) return null;
  const body = lines.slice(at + 1, end);
  return { text: body.length > 0 ? `${body.join("\n")}\n` : "", end };
}

function parseLine(line: string): Instruction | null {
  const word = /^\S+/.exec(line)?.[0].toLowerCase() ?? "";
  const rest = line.slice(word.length).trim();
  switch (word) {
    case "say":
    case "think":
    case "run":
    case "fail":
    case "remember":
      return rest === "" ? null : { type: word, text: rest };
    case "plan":
      return rest === "" ? null : { type: "plan", steps: split(rest, ";") };
    case "read":
    case "delete":
      return rest === "" ? null : { type: word, path: path(rest) };
    case "create":
      return parseCreate(rest);
    case "replace":
      return parseReplace(rest);
    case "rename":
      return parseRename(rest);
    case "ask":
      return parseAsk(rest);
    case "stream":
      return amount("stream", /^(\d+)(?:\s+words?)?$/i.exec(rest));
    case "flood":
    case "wait":
    case "exit":
      return amount(word, /^(\d+)$/.exec(rest));
    case "hang":
    case "recall":
    case "who":
      return rest === "" ? { type: word } : null;
    case "ignore":
      return rest.toLowerCase() === "cancel" ? { type: "ignore-cancel" } : null;
    default:
      return null;
  }
}

function amount(type: "stream" | "flood" | "wait" | "exit", match: RegExpExecArray | null): Instruction | null {
  const number = Number(match?.[1] ?? Number.NaN);
  return Number.isSafeInteger(number) && number <= maxAmount ? { type, amount: number } : null;
}

function parseCreate(rest: string): Instruction | null {
  const match = /^("[^"]+"|[^:]+):\s?(.*)$/.exec(rest);
  if (!match?.[1]?.trim()) return null;
  const text = match[2] ?? "";
  return { type: "create", path: path(match[1]), text: text === "" ? "" : `${text}\n` };
}

function parseReplace(rest: string): Instruction | null {
  const match = /^"((?:[^"\\]|\\.)+)"\s+with\s+"((?:[^"\\]|\\.)*)"\s+in\s+(.+)$/i.exec(rest);
  if (!match?.[1] || !match[3]) return null;
  return { type: "replace", before: unescape(match[1]), after: unescape(match[2] ?? ""), path: path(match[3]) };
}

function parseRename(rest: string): Instruction | null {
  const match = /^(.+?)\s+to\s+(.+)$/i.exec(rest);
  return match?.[1] && match[2] ? { type: "rename", from: path(match[1]), to: path(match[2]) } : null;
}

function parseAsk(rest: string): Instruction | null {
  const match = /^(.+?\?)\s*(.+)$/.exec(rest);
  const choices = split(match?.[2] ?? "", "|");
  return match?.[1] && choices.length >= 2 ? { type: "ask", question: match[1], choices } : null;
}

function split(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** A path may stand in quotes, and a mention begins with @. */
function path(text: string): string {
  return text
    .trim()
    .replace(/^@/, "")
    .replace(/^"(.*)"$/, "$1");
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char === "t" ? "\t" : char));
}
