import type { ContentBlock } from "../../shared/prompt.ts";

export type Mention = { path: string; kind: "file" | "folder" };
/** What is given along after the text: a long paste, or a block that isn't text at all. `id` is unique in the draft. */
export type Attachment =
  | { kind: "paste"; id: string; text: string }
  | { kind: "block"; id: string; block: Exclude<ContentBlock, { type: "text" | "mention" }> };

/** A prompt being written. Mentions stand in the text as `@path`; the list says which of these are meant. */
export type PromptDraft = { text: string; mentions: Mention[]; attachments: Attachment[] };

export const emptyDraft: PromptDraft = { text: "", mentions: [], attachments: [] };

const longPaste = { chars: 2_000, lines: 24 };

/** Whether a text is so long that it would bury what is written around it. */
export function isLongPaste(text: string): boolean {
  return text.length > longPaste.chars || text.split("\n", longPaste.lines + 2).length > longPaste.lines;
}

export function isEmptyDraft(draft: PromptDraft): boolean {
  return draft.text.trim() === "" && draft.attachments.length === 0;
}

/** A draft → blocks, in reading order; no empty ones. */
export function toBlocks({ text, mentions, attachments }: PromptDraft): ContentBlock[] {
  const blocks: ContentBlock[] = [];
  let from = 0;
  for (const { mention, start, end } of mentionsIn(text, mentions)) {
    if (start > from) blocks.push({ type: "text", text: text.slice(from, start) });
    blocks.push({ type: "mention", ...mention });
    from = end;
  }
  if (text.slice(from).trim() !== "") blocks.push({ type: "text", text: text.slice(from) });
  for (const attachment of attachments)
    blocks.push(attachment.kind === "paste" ? { type: "text", text: attachment.text } : attachment.block);
  return blocks;
}

/** Blocks → a draft to go on with. A long text becomes a paste again. */
export function fromBlocks(blocks: readonly ContentBlock[], newId: () => string): PromptDraft {
  const draft: PromptDraft = { text: "", mentions: [], attachments: [] };
  for (const block of blocks) {
    if (block.type === "mention") {
      draft.text += `@${block.path}`;
      if (!draft.mentions.some((mention) => mention.path === block.path))
        draft.mentions.push({ path: block.path, kind: block.kind });
    } else if (block.type === "text" && !isLongPaste(block.text)) {
      draft.text += block.text;
    } else if (block.type === "text") {
      draft.attachments.push({ kind: "paste", id: newId(), text: block.text });
    } else {
      draft.attachments.push({ kind: "block", id: newId(), block });
    }
  }
  return draft;
}

/** Both, the first before the second. */
export function joinDrafts(first: PromptDraft, second: PromptDraft): PromptDraft {
  const text = [first.text, second.text].filter((part) => part.trim() !== "").join("\n\n");
  const mentions = [
    ...first.mentions,
    ...second.mentions.filter((mention) => !first.mentions.some((other) => other.path === mention.path)),
  ];
  return { text, mentions, attachments: [...first.attachments, ...second.attachments] };
}

/** Where the text names what is mentioned, in order. A path that is only the beginning of a longer word isn't one. */
export function mentionsIn(text: string, mentions: readonly Mention[]): { mention: Mention; start: number; end: number }[] {
  if (mentions.length === 0) return [];
  const longestFirst = mentions.toSorted((a, b) => b.path.length - a.path.length);
  const pattern = new RegExp(
    `(?<=^|[\\s("'\\[])@(${longestFirst.map((mention) => escapePattern(mention.path)).join("|")})(?![\\p{L}\\p{N}_/-]|\\.\\p{L})`,
    "gu",
  );
  return [...text.matchAll(pattern)].flatMap((match) => {
    const mention = mentions.find((one) => one.path === match[1]);
    return mention ? [{ mention, start: match.index, end: match.index + match[0].length }] : [];
  });
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
