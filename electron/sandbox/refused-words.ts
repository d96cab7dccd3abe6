import path from "node:path";

/**
 * What a command was refused, in words for the person and the model: by what the sandbox told, and by what is hidden and
 * named in the command or its output, as such reads look like files that aren't there.
 */
export function refusedWords(lines: readonly string[], hidden: readonly string[], said: string, home: string): string[] {
  const told = lines.flatMap((line) => {
    const host = /^deny network\S* (\S+)/.exec(line)?.[1];
    if (host !== undefined) return [`reaching ${host}`];
    const file = /^deny \S+ (.+)$/.exec(line)?.[1];
    return file === undefined ? [] : [`writing ${file}`];
  });
  const read = hidden.filter((place) => namesOf(place, home).some((name) => said.includes(name)));
  return [...new Set([...told, ...read.map((place) => `reading ${place}`)])];
}

function namesOf(place: string, home: string): string[] {
  const inHome = path.relative(home, place);
  return inHome.startsWith("..") ? [place] : [place, `~/${inHome}`, `$HOME/${inHome}`];
}
