import type { BroughtIn } from "./contract/sessions.ts";

/** Why files that others made aren't among a session's changes, in two sentences. `from` is as git has it: hidden characters too. */
export function broughtInText({ files, from }: BroughtIn): string {
  const what = files === 1 ? "1 file" : `${files.toLocaleString("en")} files`;
  return `Git brought in ${what}${from === null ? "" : ` from ${from}`}. ${files === 1 ? "It isn’t" : "They aren’t"} this session’s.`;
}
