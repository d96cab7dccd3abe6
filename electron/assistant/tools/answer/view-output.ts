import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import { fault } from "../fault.ts";
import { rare } from "../input/rare.ts";
import type { Tool } from "../tool.ts";
import { answerLines, fitting, pageRoom } from "./bound-answer.ts";

const input = z.object({
  id: z.string().describe("as an answer named it"),
  start: z.int().min(1).optional().describe("first line; of a job: default its last lines"),
  limit: z.int().min(1).max(2_000).optional().meta(rare),
  stop: z.boolean().optional().describe("end the background job"),
});
type Input = z.infer<typeof input>;

const defaultLines = 200;
export const viewOutput: Tool<Input> = {
  name: "view_output",
  description: "Reads on in an output that was cut, or what a background job printed.",
  shortDescription: "Read a cut output or a background job's.",
  input,
  kind: "read",
  readsOnly: true,
  polls: true,
  modes: ["ask", "plan", "code"],
  title: ({ id, start }) => (start === undefined ? id : `${id}:${start}`),
  async run({ id, start, limit = defaultLines, stop }, call) {
    const job = call.jobs.find(id);
    if (job && stop) await call.jobs.stop(id);
    const text = job ? job.text() : await call.outputs.find(id);
    if (text === null) return fault("EXECUTION_FAILED", `There is no output ${id}. It may be gone; run the command again.`);
    const lines = answerLines(text);
    const from = start ?? (job ? Math.max(1, lines.length - limit + 1) : 1);
    if (from > lines.length) return fault("EXECUTION_FAILED", `It has ${lines.length} lines.`, { fields: ["start"] });
    const page = fitting(lines.slice(from - 1), pageRoom(call), limit);
    const to = from + page.length - 1;
    const state = job ? `${job.state()} ` : "";
    return ok({ text: `[${state}Lines ${from}–${to} of ${lines.length}]\n${page.join("\n")}` });
  },
};
