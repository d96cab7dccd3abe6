/** A word as a POSIX shell takes it for one, whatever is in it: quoted where it has to be. To be read, never to be run. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Words as one command line; each can be told from the next. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}
