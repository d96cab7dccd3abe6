import type { AgentChoice } from "../../shared/contract/agents.ts";

/** An agent as the catalogue and the person's `agents.json` say it is: data, whatever agent it is. */
export type AgentDefinition = {
  id: string;
  /** Which backend speaks with it: a name in `catalog.ts`. */
  kind: string;
  label: string;
  description: string;
  homepage: string | null;
  installHint: string | null;
  source: "built-in" | "user";
  enabled: boolean;
  /** A name looked for on the login shell's PATH, or an absolute path. */
  command: string;
  args: string[];
  env: Record<string, string>;
  /** Variables of the login shell that this agent needs besides the common ones; `X_*` is a prefix. */
  passEnv: string[];
  /** Variables that get a new random secret for each child: for agents that open a server guarded by it. */
  secretEnv: string[];
  /** One process carries the sessions of many chats and working copies without mixing them. */
  shares: boolean;
  /** Instead of what the agent offers (`replace`), or with it (`add`). */
  models: { mode: "replace" | "add"; list: AgentChoice[] } | null;
};
