import * as z from "zod";
import { ok } from "../../../shared/result.ts";
import { answerLines, fitting, pageRoom } from "./answer/bound-answer.ts";
import { fault } from "./fault.ts";
import type { Tool } from "./tool.ts";

const input = z.object({
  tool: z.string().max(500).optional().describe("only this tool of it"),
  start: z.int().min(1).optional().describe("first line"),
});
type Input = z.infer<typeof input>;

const pageLines = 300;

export const describeContract: Tool<Input> = {
  name: "describe_integration_contract",
  description: "Pages through the integration contract that a prompt of this chat came with, as JSON.",
  shortDescription: "Read the chat's integration contract.",
  input,
  kind: "read",
  readsOnly: true,
  modes: ["ask", "plan", "code"],
  title: ({ tool, start }) => [tool ?? "", start === undefined ? "" : `from ${start}`].filter((part) => part !== "").join(" "),
  run({ tool: name, start = 1 }, call) {
    const { contract } = call;
    if (!contract) return Promise.resolve(fault("EXECUTION_FAILED", "No prompt of this chat came with an integration contract."));
    const tool = name === undefined ? null : contract.tools?.find((each) => each.name === name);
    if (tool === undefined) {
      const names = (contract.tools ?? []).map((each) => each.name).join(", ");
      return Promise.resolve(
        fault("EXECUTION_FAILED", `It has no tool ${name ?? ""}.`, { fields: ["tool"], attached: `It has: ${names}` }),
      );
    }
    const lines = answerLines(JSON.stringify(tool ?? contract, null, 1));
    if (start > lines.length)
      return Promise.resolve(fault("EXECUTION_FAILED", `It has ${lines.length} lines.`, { fields: ["start"] }));
    const page = fitting(lines.slice(start - 1), pageRoom(call), pageLines);
    const to = start + page.length - 1;
    const more = to < lines.length ? ` Go on with start ${to + 1}.` : "";
    return Promise.resolve(ok({ text: `[Lines ${start}–${to} of ${lines.length}.${more}]\n${page.join("\n")}` }));
  },
};
