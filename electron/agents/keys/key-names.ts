import type { AgentDefinition } from "../definition.ts";

/** By agent: the variables that hold a key, by its documentation, where its definition names only their beginning. */
const known: Readonly<Record<string, readonly string[]>> = {
  claude: ["ANTHROPIC_API_KEY"],
  codex: ["CODEX_API_KEY"],
  gemini: ["GEMINI_API_KEY"],
  droid: ["FACTORY_API_KEY"],
  cursor: ["CURSOR_API_KEY"],
};

/** The keys that a person may set for an agent: those that it is known to read. */
export function keyNamesOf({ id, passEnv }: Pick<AgentDefinition, "id" | "passEnv">): string[] {
  return [...new Set([...(known[id] ?? []), ...passEnv.filter((name) => /_(API_KEY|TOKEN)$/.test(name))])];
}
