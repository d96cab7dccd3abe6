import type { Run } from "../../shared/contract/runs.ts";
import type { ContentBlock } from "../../shared/prompt.ts";

/** A turn that an agent wasn't there for, or doesn't remember. `by` null: it was its own. */
export type MissedTurn = {
  by: string | null;
  prompt: string;
  /** Its last words. */
  said: string;
  files: readonly string[];
  status: Run["status"];
};

export type Handover = { turns: number; text: string };

/** More than this an agent isn't told: the newest turns count most. */
export const mostTurns = 12;
const promptChars = 400;
const saidChars = 600;
const mostFiles = 20;

/**
 * Of a chat's runs, oldest first, those that the agent doesn't know of: the others' since its own last one, and all of
 * them where it was never there or has lost its memory. Pure.
 */
export function missedRuns<T extends { agentId: string }>(runs: readonly T[], agentId: string, remembers: boolean): T[] {
  return remembers ? runs.slice(runs.findLastIndex((run) => run.agentId === agentId) + 1) : [...runs];
}

/** The account of the turns, for the agent. What others said is quoted, so that it isn't taken for the person's words. Pure. */
export function handoverText(turns: readonly MissedTurn[], leftOut: number): string {
  const first = turns.some(({ by }) => by === null)
    ? "You have no memory of this conversation any more. Its turns so far, the oldest first"
    : "Others had turns in this conversation that you don't know of, the oldest first";
  const earlier = leftOut > 0 ? `\n\n(${leftOut} earlier ${leftOut === 1 ? "turn is" : "turns are"} left out.)` : "";
  const told = turns.map((turn, index) => turnText(turn, index + 1)).join("\n\n");
  return `${first}. This is a report and asks nothing of you.${earlier}\n\n${told}\n\nEnd of the report. Now to you:\n\n`;
}

/** The account of a chat for who tells of it: how it began and its latest turns, the newest first, as it may be cut. Pure. */
export function accountText(firstPrompt: string, turns: readonly MissedTurn[]): string {
  const told = turns.map((turn, index) => turnText(turn, index + 1)).toReversed();
  return `It began with:\n${quoted(shortened(firstPrompt, promptChars))}\n\nIts turns, the newest first:\n\n${told.join("\n\n")}`;
}

/** A prompt that is a command is one only at its beginning, so nothing goes before it. */
export function isCommand(prompt: readonly ContentBlock[]): boolean {
  const [first] = prompt;
  return first?.type === "text" && first.text.trimStart().startsWith("/");
}

const endings: Partial<Record<Run["status"], string>> = {
  failed: " The turn failed.",
  cancelled: " The turn was stopped.",
  interrupted: " The turn was cut off.",
};

function turnText({ by, prompt, said, files, status }: MissedTurn, number: number): string {
  const who = by ?? "You";
  const named = files.slice(0, mostFiles).join(", ");
  const more = files.length > mostFiles ? ` and ${files.length - mostFiles} more` : "";
  return [
    `${number}. ${who} ${by === null ? "were" : "was"} asked:`,
    quoted(shortened(prompt, promptChars)),
    ...(said.trim() === "" ? [] : [`${who} said at the end:`, quoted(lastOf(said.trim(), saidChars))]),
    `${files.length === 0 ? "No file changed." : `Files changed: ${named}${more}.`}${endings[status] ?? ""}`,
  ].join("\n");
}

function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

function shortened(text: string, chars: number): string {
  return text.length > chars ? `${text.slice(0, chars)}…` : text;
}

function lastOf(text: string, chars: number): string {
  return text.length > chars ? `…${text.slice(-chars)}` : text;
}
