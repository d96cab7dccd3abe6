import type { PromptDraft } from "../stores/prompt-draft.ts";

/** What the person is choosing while they type: a file or folder after `@`, or a command after a leading `/`. */
export type Trigger = { kind: "mention" | "command"; query: string; from: number };

/** The trigger at the caret, or null. `from` is where its sign stands. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const command = /^\/(\S*)$/.exec(before);
  if (command) return { kind: "command", query: command[1] ?? "", from: 0 };
  const mention = /(?:^|[\s("'[])@([^\s@]*)$/.exec(before);
  if (!mention) return null;
  const query = mention[1] ?? "";
  return { kind: "mention", query, from: caret - query.length - 1 };
}

/** Puts what was chosen in the place of the trigger, followed by a space; returns the new text and caret. */
export function replaceTrigger(text: string, caret: number, trigger: Trigger, chosen: string): { text: string; caret: number } {
  const rest = text.slice(caret);
  const space = /^\s/.test(rest) ? "" : " ";
  const head = `${text.slice(0, trigger.from)}${trigger.kind === "mention" ? "@" : "/"}${chosen}${space}`;
  return { text: head + rest, caret: head.length + (space === "" ? 1 : 0) };
}

/** The draft with one more mention. */
export function withMention(draft: PromptDraft, text: string, path: string, kind: "file" | "folder"): PromptDraft {
  const known = draft.mentions.some((mention) => mention.path === path);
  return { ...draft, text, mentions: known ? draft.mentions : [...draft.mentions, { path, kind }] };
}
