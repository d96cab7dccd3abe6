import { fail, ok, type Result } from "../../shared/result.ts";

/**
 * A command line as its words, as a shell would part it by spaces, quotes and backslashes. Nothing else of a shell means
 * anything here, as no shell is asked: variables, pipes and the like are refused instead of passed on as they stand.
 */
export function readCommand(line: string): Result<{ command: string; args: string[] }, string> {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (quote === "'" ? char === "'" : quote === '"' && char === '"') quote = null;
    else if (char === "\\" && quote !== "'" && isEscapable(line.charAt(at + 1), quote))
      word = (word ?? "") + line.charAt((at += 1));
    else if (quote !== null) word = (word ?? "") + char;
    else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if ("|&;<>`$".includes(char))
      return fail(`${char} means something to a shell only, and no shell is asked. Quote it, or name the program.`);
    else word = (word ?? "") + char;
  }
  if (quote !== null) return fail(`A ${quote} isn’t closed`);
  if (word !== null) words.push(word);
  const [command, ...args] = words;
  return command === undefined || command === "" ? fail("Give a command") : ok({ command, args });
}

/** So that the path of a Windows program needs no doubling. */
function isEscapable(next: string, quote: string | null): boolean {
  return quote === '"' ? '"\\$`'.includes(next) && next !== "" : /[\s'"\\|&;<>`$]/.test(next);
}

/** An id for an agent of this name that isn't taken. */
export function idFor(name: string, taken: readonly string[]): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, "-")
      .replace(/^[-_]+|[-_]+$/g, "")
      .slice(0, 32) || "agent";
  let id = base;
  for (let count = 2; taken.includes(id); count += 1) id = `${base}-${count}`;
  return id;
}

/** The words as a line that `readCommand` reads back as they are. */
export function writeCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(" ");
}
