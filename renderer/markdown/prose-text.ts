import { visibleParts } from "../../shared/visible-text.ts";

/** Joiners, directional marks and soft hyphens belong to the spelling of some languages and hide nothing in prose. */
const spelling = new Set([0x200c, 0x200d, 0x200e, 0x200f, 0x00ad]);

/** An agent's prose as Markdown source: line ends made one, what would act unseen turned into marks. */
export function proseText(text: string): string {
  return visibleParts(text.replace(/\r\n?/g, "\n"))
    .map((part) => (part.kind === "text" ? part.text : spelling.has(part.code) ? String.fromCodePoint(part.code) : part.mark))
    .join("");
}
