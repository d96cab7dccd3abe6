import type { PromptBlock } from "../../agents/port.ts";
import type { Message, Told } from "../conversation/message.ts";

type User = Extract<Message, { role: "user" }>;

/**
 * A prompt as the model is given it: what is attached, then the person's words, and at the end what changes from turn to
 * turn, as far as it isn't what the model was told last.
 */
export function userMessage(blocks: readonly PromptBlock[], now: Required<Told>, before: Told): User {
  const attached = blocks.map(attachmentOf).filter((text) => text !== "");
  const words = blocks.map(wordsOf).join("").trim();
  const told: Told = {
    ...(now.mode === before.mode ? {} : { mode: now.mode }),
    ...(now.date === before.date ? {} : { date: now.date }),
  };
  const notes = Object.entries(told).map(([name, value]) => `${name}: ${value}`);
  const parts = [...attached, words, notes.join("\n")].filter((text) => text !== "");
  return { role: "user", text: parts.join("\n\n"), ...(notes.length === 0 ? {} : { told }) };
}

function wordsOf(block: PromptBlock): string {
  if (block.type === "text") return block.text;
  return block.type === "mention" ? `@${block.path}` : "";
}

function attachmentOf(block: PromptBlock): string {
  switch (block.type) {
    case "account":
      return block.text;
    case "selection":
      return `${block.path}:${block.startLine}-${block.endLine}\n${fenced(block.text)}`;
    case "comment":
      return `On ${block.path}:${block.line}\n${fenced(block.excerpt)}\n${block.text}`;
    case "terminal":
      return `Terminal ${block.title}\n${fenced(block.text)}`;
    case "text":
    case "mention":
    case "image":
      return "";
  }
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
