const maxChars = 300;

/** An agent's own words for a card, on one line; null where there are none to be had. */
export function shortWords(words: string | undefined): string | null {
  return words?.replaceAll(/\s+/g, " ").trim().slice(0, maxChars) ?? null;
}
