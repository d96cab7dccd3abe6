import * as z from "zod";
import { ok } from "../../../shared/result.ts";
import { fault } from "./fault.ts";
import type { Tool } from "./tool.ts";

const input = z.object({
  question: z.string().min(1).max(4_000),
  options: z.array(z.string().min(1).max(200)).max(8).optional().describe("answers to choose from"),
});
type Input = z.infer<typeof input>;

export const askUser: Tool<Input> = {
  name: "ask_user",
  description: "Asks the person. Only for what you can't find out and what the work depends on.",
  shortDescription: "Ask the person what you can't find out.",
  input,
  kind: "other",
  readsOnly: false,
  modes: ["ask", "plan", "code"],
  title: ({ question }) => question.slice(0, 120),
  async run({ question, options }, { host, signal }) {
    const choices = options?.map((label) => ({ value: label, label }));
    const said = await host.ask({ kind: "question", message: question, ...(choices ? { options: choices } : {}) }, signal);
    if (signal.aborted || said.kind === "cancelled") return fault("CANCELLED", "It was not answered.");
    if (said.kind === "declined") return ok({ text: "The person doesn't want to answer. Decide yourself, and say how." });
    const values = Object.values(said.content).flat();
    return ok({ text: values.map(String).join(", ") || "The person gave an empty answer." });
  },
};
