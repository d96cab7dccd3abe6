import path from "node:path";
import { keptMark, type McpEntry } from "../../shared/mcp-entry.ts";
import { findProgram } from "../lib/find-program.ts";
import { valuesOf } from "./read-servers.ts";
import { relativeWord } from "./relative-word.ts";

type Values = Readonly<Record<string, string>>;

/**
 * An entry as an agent gets it, the values of it that nobody is to be told, those that are nowhere to be found, and why
 * nobody gets it whatever its values are.
 */
export type Filled = { entry: McpEntry; secrets: string[]; missing: string[]; refused: string | null };

/** Anything shorter stands in other words, too. */
const minSecret = 6;

/** `${NAME}` in variables and headers stands for the login shell's, the mark of what is kept for the server's own secret. */
export function fillEntry(entry: McpEntry, shell: Values, secrets: Values): Filled {
  const missing: string[] = [];
  const known = (from: Values, name: string): string => {
    if (from[name] === undefined && !missing.includes(name)) missing.push(name);
    return from[name] ?? "";
  };
  const fill = (values: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        value.replace(/\$\{(\w+)\}/g, (mark, key: string) => (mark === keptMark ? known(secrets, name) : known(shell, key))),
      ]),
    );
  const written = valuesOf(entry);
  const values = fill(written);
  const hidden = Object.keys(values).filter((name) => isSecretName(name) || written[name]?.includes("${"));
  const told = { secrets: hidden.map((name) => values[name] ?? "").filter((value) => value.length >= minSecret), missing };
  if (entry.type !== "stdio") return { entry: { ...entry, headers: values }, ...told, refused: null };
  const relative = relativeWord(entry);
  if (relative !== null) return { entry, ...told, refused: refusalOf(relative) };
  // A name that is left to be looked for when it starts may be found in the folder of a project.
  const found = findProgram(entry.command, { ...shell, ...values });
  const isWhole = path.isAbsolute(entry.command);
  const refused = found.path === null && !isWhole ? found.reason : null;
  return { entry: { ...entry, command: found.path ?? entry.command, env: values }, ...told, refused };
}

function refusalOf(word: string): string {
  return (
    `No agent gets it: ${word} is looked for in whatever folder the server begins in, so it is another file in each ` +
    "project, and agents can change it. Write its whole path, or run a package (npx -y name@1.2.3)."
  );
}

/** Whether what is called so is a secret, as far as a name can tell. */
export function isSecretName(name: string): boolean {
  return /KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH|COOKIE|PAT$/i.test(name);
}
