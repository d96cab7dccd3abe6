import { expect, it } from "vitest";
import { ManualClock } from "../../lib/clock.ts";
import { wireTools } from "../loop/wire-tools.ts";
import { systemPrompt } from "../prompt/system-prompt.ts";
import { skillsText } from "../skills/skill-words.ts";
import { allTools } from "./all-tools.ts";
import { inputSchema, shortInputSchema } from "./input/input-shape.ts";

/** A token is four characters of such text, or a little more. */
const tokens = (text: string): number => Math.ceil(text.length / 4);

const noGit = { run: () => Promise.reject(new Error("No git here")), start: () => Promise.reject(new Error("No git here")) };
const network = { resolve: () => Promise.resolve([]), isAllowed: () => false };
const web = { network, pageReader: { command: "node", args: [] }, searchUrl: () => null };
const outlines = { outlineOf: () => Promise.resolve(null) };
const tabs = { list: () => [], read: () => Promise.resolve(null) };
const tools = allTools({ git: noGit, clock: new ManualClock(), web, outlines, tabs, otherWords: async () => "" });

/** As a request has them, whose form models are trained on. */
const onTheWire = (compact: boolean): string =>
  JSON.stringify(
    wireTools(tools, compact).map(({ name, description, schema }) => ({
      type: "function",
      function: { name, description, parameters: schema },
    })),
  );

it("costs a model few tokens", () => {
  expect(tokens(onTheWire(false))).toBeLessThanOrEqual(2_300);
  expect(tokens(onTheWire(true))).toBeLessThanOrEqual(1_270);
});

it("tells models with small windows nothing of rare fields, and takes them all the same", () => {
  const grep = tools.find(({ name }) => name === "grep");
  if (!grep) throw new Error("No grep");
  expect(JSON.stringify(inputSchema(grep))).toMatch(/"limit":\{"type":"integer"\}/);
  expect(JSON.stringify(shortInputSchema(grep))).not.toMatch(/limit|isRare/);
  expect(grep.input.parse({ pattern: "x", limit: 5 })).toMatchObject({ limit: 5 });
});

it("leaves room for any number of skills within 3,000 tokens, and within 1,500 for small windows", () => {
  const skills = Array.from({ length: 200 }, (_, at) => ({ name: `skill-${at}`, description: "What it is for. ".repeat(30) }));
  for (const [compact, most] of [
    [false, 3_000],
    [true, 1_500],
  ] as const) {
    const system = systemPrompt(compact, [], skillsText(skills, compact));
    expect(system).toContain("skill-1:");
    expect(tokens(system + onTheWire(compact))).toBeLessThanOrEqual(most);
  }
});

it("has names that are unique, and what only reads wherever it may", () => {
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  for (const tool of tools.filter(({ readsOnly }) => readsOnly)) expect(tool.modes).toContain("ask");
});
