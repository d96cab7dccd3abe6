import { expect, it } from "vitest";
import { historyOf } from "./history.ts";

const call = (id: string, name: string, given: string) => ({ id, function: { name, arguments: given } });

it("joins what a model says between two messages of the person, with its calls and their results", () => {
  const history = historyOf([
    { role: "system", content: "Be brief." },
    { role: "user", content: "Read a." },
    {
      role: "assistant",
      content: "Looking.",
      tool_calls: [call("1", "read_file", '{"path":"a"}'), call("2", "grep", "no json")],
    },
    { role: "tool", tool_call_id: "2", content: "nothing" },
    { role: "tool", tool_call_id: "1", content: "text of a" },
    { role: "assistant", content: "Read." },
    { role: "user", content: "And?" },
  ]);
  expect(history).toEqual([
    { type: "system", text: "Be brief." },
    { type: "user", text: "Read a." },
    {
      type: "model",
      response: [
        "Looking.",
        { type: "functionCall", name: "read_file", params: { path: "a" }, result: "text of a" },
        { type: "functionCall", name: "grep", params: "no json", result: "nothing" },
        "Read.",
      ],
    },
    { type: "user", text: "And?" },
    { type: "model", response: [] },
  ]);
});

it("goes on in the item whose results came last", () => {
  const history = historyOf([
    { role: "user", content: "Read a." },
    { role: "assistant", content: null, tool_calls: [call("1", "read_file", "{}")] },
    { role: "tool", tool_call_id: "1", content: "text of a" },
  ]);
  expect(history).toHaveLength(2);
});
