import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { fields } from "../fields.ts";
import { proving } from "./agent-proofs.ts";
import { agentConfigEntry } from "./agents.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";

export const agentTrials = {
  prove: procedure(
    "POST",
    "/agents/prove",
    "Try all that an agent can do, with real prompts, and tell line by line what is true; one of the list keeps the result",
    fields({
      id: z.string().optional(),
      entry: agentConfigEntry.optional().describe("instead of an id: as it would stand in agents.json; nothing is kept"),
    }),
  )
    .output(eventIterator(proving))
    .errors(errors("INPUT_INVALID", "AGENT_NOT_FOUND", "AGENT_CONFIG_INVALID", "CODING_AGENT_ENGINE_UNAVAILABLE")),
};
