import * as z from "zod";
import { agentCommand } from "../run-event.ts";

/** A command or a skill that stands in a file: of the project's, or of the person's own folders. */
export const fileCommand = agentCommand.extend({
  kind: z.enum(["command", "skill", "persona"]),
  owner: z.enum(["project", "person"]),
  file: z.string().describe("seen from the working copy, or from the home folder"),
});
export type FileCommand = z.infer<typeof fileCommand>;

export const fileCommands = z.object({
  commands: z.array(fileCommand),
  complete: z.boolean().describe("false: there are more than are read"),
});
export type FileCommands = z.infer<typeof fileCommands>;
