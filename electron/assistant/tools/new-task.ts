import * as z from "zod";
import { ok } from "../../../shared/result.ts";
import { fault } from "./fault.ts";
import { rare } from "./input/rare.ts";
import type { Tool } from "./tool.ts";

const input = z.object({
  task: z.string().min(1).max(40_000).describe("all that is needed to do it"),
  mode: z.enum(["ask", "plan", "code"]).optional().meta(rare),
});
type Input = z.infer<typeof input>;

export const newTask: Tool<Input> = {
  name: "new_task",
  description:
    "Gives a part of the work to an assistant with an empty conversation, and returns what it says at its end. It knows only what you tell it.",
  shortDescription: "Give work to an assistant that knows only what you tell it.",
  input,
  kind: "other",
  readsOnly: false,
  modes: ["ask", "plan", "code"],
  title: ({ task }) => headOf(task),
  async run({ task, mode }, { beginTask, callId, signal }) {
    if (!beginTask) return fault("POLICY_VIOLATION", "A task can't begin another one. Do it yourself.");
    const done = await beginTask({ task, title: headOf(task), mode: mode ?? null }, { callId, signal });
    return done.ok ? ok({ text: done.value }) : done;
  },
};

function headOf(task: string): string {
  const line = task.trim().split("\n", 1)[0] ?? "";
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}
