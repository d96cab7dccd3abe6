export const mostTags = 5;
export const maxTagChars = 24;
const notOfTag = /[^\p{L}\p{N}-]+/gu;

/**
 * Tags as a person or a model writes them, with blanks, commas or `#` between them: lower case, each once, letters,
 * digits and `-` only. Those behind the fifth are left out.
 */
export function readTags(text: string): string[] {
  const tags = text.split(/[\s,;#]+/).map((word) => word.toLowerCase().replaceAll(notOfTag, "").slice(0, maxTagChars));
  return [...new Set(tags.map((tag) => tag.replaceAll(/^-+|-+$/g, "")).filter((tag) => tag !== ""))].slice(0, mostTags);
}

export function tagsText(tags: readonly string[]): string {
  return tags.map((tag) => `#${tag}`).join(" ");
}
