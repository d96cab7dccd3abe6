import type { TuiEvidence, TuiState } from "./contract/terminal-agent.ts";
import { visibleText } from "./visible-text.ts";

/** What an agent's own program on a terminal does, in a word or two. */
export const tuiWords: Readonly<Record<TuiState, string>> = {
  working: "working",
  blocked: "waits for you",
  done: "done",
  idle: "waits for a prompt",
  unknown: "state not known",
};

/** The same as one of the page's signs. */
export const tuiDots = {
  working: "working",
  blocked: "waiting",
  done: "done",
  idle: "idle",
  unknown: "unknown",
} as const satisfies Readonly<Record<TuiState, string>>;

/** How that is known, as a sentence. What the program itself said stands in quotes: a claim. */
export function evidenceText({ kind, text }: TuiEvidence): string {
  const quoted = text === "" ? "." : `: “${visibleText(text)}”`;
  switch (kind) {
    case "start":
      return "It has been started, and has said nothing of what it does yet.";
    case "hook":
      return `Its notify hook told it${quoted}`;
    case "progress":
      return "It told the terminal of its progress.";
    case "title":
      return `It stands in the terminal’s title${quoted}`;
    case "notification":
      return `It sent a notification${quoted}`;
    case "bell":
      return "It rang the bell: it may wait for you, or be done.";
    case "typed":
      return "You typed something, and it has said nothing of what it does since.";
    case "exit":
      return "Its program has ended.";
  }
}
