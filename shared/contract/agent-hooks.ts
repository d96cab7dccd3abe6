import * as z from "zod";
import { fields } from "../fields.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";
import { tuiState } from "./terminal-agent.ts";

/**
 * The notify hook by which an agent's own program tells what it does: lines in a file of the person's, put there at
 * their word and taken out again.
 */
export const agentHook = z.object({
  agentId: z.string(),
  file: z.string(),
  isOn: z.boolean(),
  /** What putting it in would change in the file, or, where it is on, taking it out: a unified diff. */
  patch: z.string(),
  /** Stands for exactly that change. */
  hash: z.string(),
  /** Why that can't be done; null where it can. */
  problem: z.string().nullable(),
  /** The states that it tells. */
  tells: z.array(tuiState),
});
export type AgentHook = z.infer<typeof agentHook>;

const byHash = fields({ id: z.string(), hash: z.string().describe("of the change as it was shown") });

export const agentHooks = {
  hook: procedure(
    "GET",
    "/agents/{id}/hook",
    "Show what an agent's notify hook changes in the person's files",
    fields({ id: z.string() }),
  )
    .output(agentHook)
    .errors(errors("AGENT_NOT_FOUND", "AGENT_HOOK_FAILED")),
  addHook: procedure(
    "POST",
    "/agents/{id}/hook",
    "Put an agent's notify hook into its configuration, by exactly the change that was shown",
    byHash,
  )
    .output(agentHook)
    .errors(errors("AGENT_NOT_FOUND", "AGENT_HOOK_FAILED")),
  removeHook: procedure(
    "DELETE",
    "/agents/{id}/hook/{hash}",
    "Take an agent's notify hook out of its configuration, by exactly the change that was shown",
    byHash,
  )
    .output(agentHook)
    .errors(errors("AGENT_NOT_FOUND", "AGENT_HOOK_FAILED")),
};
