import { expect, it } from "vitest";
import { ok } from "../../../shared/result.ts";
import type { ServerTool } from "../../mcp/tool-connection.ts";
import { inputSchema, shortInputSchema } from "../tools/input/input-shape.ts";
import type { Tool } from "../tools/tool.ts";
import { readInput } from "../tools/input/read-input.ts";
import { mcpTools } from "./mcp-tool.ts";

const charsOf = (tool: Tool): number => JSON.stringify([tool.name, tool.description, tool.schema]).length;
const told = (more: Partial<ServerTool> = {}): ServerTool => ({
  name: "search",
  description: "Searches issues. Give words.",
  inputSchema: {
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    properties: { query: { type: "string", description: "words" }, limit: { type: "integer" } },
    required: ["query"],
  },
  ...more,
});
const server = (name: string, tools: ServerTool[]) => ({ name, hash: "h", connection: { tools, call: async () => ok("") } });
const made = (...tools: ServerTool[]) =>
  mcpTools([server("my issues", tools)], { taken: [], maxChars: 1_000_000, charsOf }).tools;

it("are named by their server, each name once and as a model may write it", () => {
  const long = "x".repeat(90);
  const names = mcpTools([server("a", [told(), told({ name: long }), told({ name: `${long}y` })]), server("a!", [told()])], {
    taken: ["a__search"],
    maxChars: 1_000_000,
    charsOf,
  }).tools.map(({ name }) => name);
  expect(names).toEqual(["a__search_2", `a__${"x".repeat(61)}`, `a__${"x".repeat(57)}_2`, "a___search"]);
});

it("tell a model what their server tells, and less of it where every token counts", () => {
  const [tool] = made(told());
  expect(tool).toMatchObject({
    description: "Searches issues. Give words.",
    shortDescription: "Searches issues.",
    modes: ["code"],
  });
  expect(inputSchema(tool!)).toEqual({
    type: "object",
    properties: { query: { type: "string", description: "words" }, limit: { type: "integer" } },
    required: ["query"],
  });
  expect(shortInputSchema(tool!)).toMatchObject({ properties: { query: { type: "string" } } });
  expect(made(told({ description: " " }))[0]?.description).toBe("search, of the MCP server my issues");
});

it("check what is needed and its type before anything is sent, and pass on what else there is", () => {
  const [tool] = made(told());
  expect(readInput(tool!, { query: "x", more: { a: 1 } })).toEqual(ok({ query: "x", more: { a: 1 } }));
  expect(readInput(tool!, {})).toMatchObject({ ok: false, error: { code: "TOOL_INPUT_VALIDATION_FAILED", fields: ["query"] } });
  expect(readInput(tool!, { query: "x", limit: "many" })).toMatchObject({ ok: false, error: { fields: ["limit"] } });
});

it("pass on what is nested, what may be null, and a field that looks like a wrapper, as it was written", () => {
  const schema = {
    type: "object",
    properties: {
      fields: { type: "object", properties: { summary: { type: "string" } } },
      list: { type: "array", items: { type: "object", properties: { id: { type: "string" } } } },
      assignee: { type: ["string", "null"] },
      name: { type: "string" },
    },
    required: ["fields", "assignee"],
  };
  const [tool] = made(told({ inputSchema: schema }));
  const sent = { fields: { summary: "a", customfield_1: "x" }, list: [{ id: "1", more: 2 }], assignee: null };
  expect(readInput(tool!, sent)).toEqual(ok(sent));
  expect(readInput(tool!, { ...sent, name: "x", payload: { a: 1 } })).toEqual(ok({ ...sent, name: "x", payload: { a: 1 } }));
});

it.each([
  [{ properties: null, required: "query" }],
  [{ properties: { query: true, deep: "x" }, required: [5, "gone", "toString"] }],
  [JSON.parse('{"properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}')],
  [{ type: "string" }],
  [{ properties: { p: { type: "string", pattern: "(a+)+$" } }, required: ["p"] }],
])("survive a schema that is none or is out to harm: %j", (schema: Record<string, unknown>) => {
  const [tool] = made(told({ inputSchema: schema }));
  expect(inputSchema(tool!)).toMatchObject({ type: "object" });
  expect(readInput(tool!, { p: `${"a".repeat(50)}!` }).ok).toBe(true);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
});

it("cut a schema and words that are too long, and leave out what has no room", () => {
  const fields = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [`field${at}`, { type: "string", description: "y".repeat(200) }]),
  );
  const [tool] = made(told({ description: "z".repeat(9_000), inputSchema: { properties: fields, required: ["field1"] } }));
  expect(tool?.description.length).toBeLessThanOrEqual(1_600);
  expect(JSON.stringify(tool?.schema).length).toBeLessThan(6_000);
  expect(inputSchema(tool!)).toMatchObject({ properties: { field1: { type: "string" } }, required: ["field1"] });
  const many = Array.from({ length: 9 }, (_, at) => told({ name: `t${at}` }));
  const { tools, leftOut } = mcpTools([server("a", many)], { taken: [], maxChars: 600, charsOf });
  expect([tools.length + leftOut.length, tools.length > 0, leftOut.length > 0]).toEqual([9, true, true]);
});
