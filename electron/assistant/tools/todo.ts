import * as z from "zod";
import { ok } from "../../../shared/result.ts";
import type { Tool } from "./tool.ts";

const status = z.enum(["pending", "in_progress", "completed"]);
const input = z.object({
  items: z.array(z.object({ content: z.string().min(1).max(500), status: status.optional() })).max(50),
});
type Input = z.infer<typeof input>;

export const todo: Tool<Input> = {
  name: "todo",
  description: "Writes the whole list of steps anew, each with its status. For work of three steps and more.",
  shortDescription: "Write the list of steps anew.",
  input,
  kind: "think",
  readsOnly: false,
  modes: ["plan", "code"],
  title: ({ items }) => `${items.filter((item) => item.status === "completed").length} of ${items.length} done`,
  run({ items }, { host }) {
    const entries = items.map((item) => ({
      content: item.content,
      status: item.status ?? "pending",
      priority: "medium" as const,
    }));
    host.onUpdate({ type: "plan", entries });
    const next = entries.find((entry) => entry.status !== "completed");
    return Promise.resolve(ok({ text: next ? `Noted. Next: ${next.content}` : "Noted. All is done." }));
  },
};
