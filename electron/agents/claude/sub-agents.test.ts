import { expect, it } from "vitest";
import { readMessage } from "../stream-json/message.ts";
import { SubAgents } from "./sub-agents.ts";

function heard(...messages: object[]): SubAgents {
  const subAgents = new SubAgents();
  for (const message of messages) {
    const read = readMessage(message);
    if (read) subAgents.hear(read);
  }
  return subAgents;
}

const uses = (id: string, input: object, parent: string | null = null): object => ({
  type: "assistant",
  parent_tool_use_id: parent,
  message: { content: [{ type: "tool_use", id, name: "Task", input }] },
});

it("tells a sub-agent's calls from the agent's own, by what the sub-agent was begun for", () => {
  const subAgents = heard(
    uses("task", { description: "Look around", prompt: "…", subagent_type: "explore" }),
    uses("kind", { prompt: "…", subagent_type: "explore" }),
    uses("own", { command: "ls" }),
    uses("theirs", { command: "ls" }, "task"),
    uses("others", { command: "ls" }, "kind"),
    uses("lost", { command: "ls" }, "never heard of"),
  );
  expect(["own", "theirs", "others", "lost"].map((id) => subAgents.askerOf(id, undefined))).toEqual([
    ...[undefined, "Look around", "explore", ""],
  ]);
  expect(subAgents.askerOf("own", "agent-1")).toBe("");
});
