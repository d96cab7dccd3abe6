import * as z from "zod";

// What an agent is described with besides: what is installed of it, and its keys.

/** What Hearth can install of an agent that comes from npm, and has. */
export const agentInstall = z.object({
  /** The packages with their versions that an install brings. */
  packages: z.array(z.string()),
  /** The room that they take, about. */
  aboutBytes: z.int(),
  /** `used`: it is the agent's program, and not one of the person's own. */
  installed: z.object({ version: z.string(), bytes: z.int(), used: z.boolean() }).nullable(),
  /** A newer version than the installed one. */
  update: z.string().nullable(),
  /** How much of it is there, while it is being installed; null otherwise. */
  goingBytes: z.int().nullable(),
  /** Why the last install failed. */
  problem: z.string().nullable(),
});
export type AgentInstall = z.infer<typeof agentInstall>;

/** A key that an agent's children get as a variable, as far as it may be told: never its value. */
export const agentKey = z.object({
  name: z.string(),
  /** `kept`: by the keyring; `this-run`: until Hearth ends; `locked`: by a keyring that isn't here or doesn't open. */
  state: z.enum(["unset", "kept", "this-run", "locked"]),
});
export type AgentKey = z.infer<typeof agentKey>;

/** What isn't a secret stands in `agents.json`. */
export const keyName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z_]\w*$/, "A variable's name is letters, digits and _")
  .regex(/(KEY|TOKEN|SECRET|PASSWORD)/i, "The name of a key holds KEY, TOKEN, SECRET or PASSWORD");
