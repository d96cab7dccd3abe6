import { expect, it } from "vitest";
import { allTools } from "./all-tools.ts";
import { inputSchema } from "./input/input-shape.ts";

/** A token is four characters of such text, or a little more. */
const tokens = (text: string): number => Math.ceil(text.length / 4);

const tools = allTools({});

it("costs a model few tokens", () => {
  const told = (description: "description" | "shortDescription"): string =>
    JSON.stringify(tools.map((tool) => ({ name: tool.name, description: tool[description], parameters: inputSchema(tool) })));
  expect(tokens(told("description"))).toBeLessThanOrEqual(2_200);
  expect(tokens(told("shortDescription"))).toBeLessThanOrEqual(2_200);
});

it("has names that are unique, and what only reads wherever it may", () => {
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  for (const tool of tools.filter(({ readsOnly }) => readsOnly)) expect(tool.modes).toContain("ask");
});
