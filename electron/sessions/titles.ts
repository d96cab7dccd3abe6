const maxTitle = 60;

/** A title from the first words of a prompt: one line, cut at a word; null where there is nothing to name it by. */
export function titleOf(text: string): string | null {
  const first = text
    .split(/\r?\n/)
    .map((each) =>
      each
        .replace(/^[#>*\-\s]+/, "")
        .replaceAll(/[\s\p{Cc}]+/gu, " ")
        .trim(),
    )
    .find((each) => each !== "");
  if (!first) return null;
  if (first.length <= maxTitle) return first;
  const cut = first.slice(0, maxTitle - 1);
  const word = cut.lastIndexOf(" ");
  // A lone high surrogate at the end would be half a character.
  return `${(word > maxTitle / 2 ? cut.slice(0, word) : cut).replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}
