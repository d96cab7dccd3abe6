import * as z from "zod";
import { sampling } from "../../../shared/sampling.ts";

/** What a persona made of its turn, kept with the prompt: the rest of the turn keeps to it, whatever became of the file. */
export const keptPersona = z.object({
  mode: z.enum(["ask", "plan", "code"]).nullable(),
  tools: z.array(z.string()).nullable(),
  sampling,
  maxCalls: z.int().nullable(),
  model: z.string().nullable(),
});
export type KeptPersona = z.infer<typeof keptPersona>;
