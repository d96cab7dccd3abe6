import { hasHiddenCharacters, visibleParts } from "../../shared/visible-text.ts";

const maxTitleChars = 120;

/** A program chooses its title: one short line without anything that can't be seen. */
export function plainTitle(title: string): string {
  const text = hasHiddenCharacters(title)
    ? visibleParts(title)
        .map((part) => (part.kind === "text" ? part.text : ""))
        .join("")
    : title;
  return Array.from(text.replaceAll(/\s+/g, " ").trim()).slice(0, maxTitleChars).join("");
}
