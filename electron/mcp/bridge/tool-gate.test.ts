import { expect, it } from "vitest";
import { seenTool, ToolGate, type SeenTool } from "./tool-gate.ts";

const tool = (name: string, description = "") => ({ name, description });

function gateWith(approved: readonly ReturnType<typeof tool>[] | null): { gate: ToolGate; seen: SeenTool[][] } {
  const seen: SeenTool[][] = [];
  const known = approved && new Map(approved.map((each) => [each.name, seenTool(each).hash]));
  return { gate: new ToolGate({ approved: () => known, onSeen: (tools) => seen.push(tools), onFailed: () => {} }), seen };
}

it("withholds what came or changed, in lists and in calls", () => {
  const { gate } = gateWith([tool("kept"), tool("changed", "before")]);
  const list = { tools: [tool("kept"), tool("changed", "after"), tool("new")] };
  expect(gate.passOn(list, true)).toEqual({ tools: [tool("kept")] });
  expect(gate.refusal("kept")).toBeNull();
  expect(gate.refusal("changed")).toMatch(/has changed after/);
  expect(gate.refusal("new")).toMatch(/came after/);
  expect(gate.refusal(undefined)).toMatch(/came after/);
});

it("lets a call through before it was told of tools only where all that is known was approved so", () => {
  expect(gateWith([tool("kept")]).gate.refusal("kept")).toBeNull();
  expect(gateWith([]).gate.refusal("kept")).toMatch(/came after/);
  expect(gateWith(null).gate.refusal("kept")).toBeNull();
});

it("lets nothing of a list through that it can't read", () => {
  const { gate, seen } = gateWith(null);
  expect(gate.passOn({ tools: [tool("a"), { description: "no name" }] }, true)).toEqual({ tools: [] });
  expect(gate.passOn({ tools: Array.from({ length: 5001 }, (_, at) => tool(`t${at}`)) }, true)).toEqual({ tools: [] });
  expect(seen).toEqual([]);
});

it("tells of all pages as one list, however they are cut", () => {
  const { gate, seen } = gateWith(null);
  gate.passOn({ tools: [tool("a")], nextCursor: "2" }, true);
  expect(seen).toEqual([]);
  gate.passOn({ tools: [tool("b")] }, false);
  gate.passOn({ tools: [tool("c")] }, true);
  expect(seen.map((tools) => tools.map(({ name }) => name))).toEqual([["a", "b"], ["c"]]);
});
