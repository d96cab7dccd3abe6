import type { McpServer } from "./contract/mcp.ts";

type Told = Pick<McpServer, "floating" | "missing" | "refused" | "secrets">;
/** What a person should know of a server before agents get it, a sentence each. */
export function concernsOf({ floating, missing, refused, secrets }: Told): string[] {
  const passing = secrets.filter(({ state }) => state === "this-run").map(({ name }) => name);
  const locked = secrets.filter(({ state }) => state === "locked").map(({ name }) => name);
  return [
    refused,
    floating === null
      ? null
      : `${floating} is brought as it is at the time, so what runs can change without a word. A version (name@1.2.3) or a whole commit fixes it.`,
    missing.length === 0 ? null : `No agent gets it as long as there is no value for ${missing.join(", ")}.`,
    passing.length === 0 ? null : `There is no keyring here: ${passing.join(", ")} is known until Hearth ends.`,
    locked.length === 0 ? null : `${locked.join(", ")} is in a keyring that can’t be opened here.`,
  ].filter((concern) => concern !== null);
}
