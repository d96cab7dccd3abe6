import { keptMark, type McpEntry } from "../../shared/mcp-entry.ts";
import { findProgram } from "../lib/find-program.ts";
import { valuesOf } from "./read-servers.ts";

type Values = Readonly<Record<string, string>>;

/** An entry as an agent gets it, the values of it that nobody is to be told, and those that are nowhere to be found. */
export type Filled = { entry: McpEntry; secrets: string[]; missing: string[] };

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
  if (entry.type !== "stdio") return { entry: { ...entry, headers: values }, ...told };
  // Agents look for it with another PATH than the person's, or want a path.
  const command = findProgram(entry.command, shell).path ?? entry.command;
  return { entry: { ...entry, command, env: values }, ...told };
}

/** Whether what is called so is a secret, as far as a name can tell. */
export function isSecretName(name: string): boolean {
  return /KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH|COOKIE|PAT$/i.test(name);
}
