import { expect, it } from "vitest";
import { ToolBench } from "../../testing/tool-bench.ts";
import { describeContract } from "./describe-contract.ts";

const contract = { name: "Shop", tools: [{ name: "add", inputSchema: { "x-ui": "form" } }, { name: "clear" }] };

it("shows the whole, or one tool, and pages through what is long", async () => {
  const bench = new ToolBench();
  bench.call.contract = contract;
  const { text } = await bench.run(describeContract, {});
  expect(JSON.parse(text.slice(text.indexOf("\n")))).toEqual(contract);
  const one = await bench.run(describeContract, { name: "add" });
  expect(one.text).toContain('"x-ui": "form"');
  expect(one.text).not.toContain("clear");
  bench.call.contract = { tools: Array.from({ length: 500 }, (_, at) => ({ name: `t${at}` })) };
  const pages = [await bench.run(describeContract, {}), await bench.run(describeContract, { start: 301 })];
  expect(pages[0]?.text).toMatch(/^\[Lines 1–300 of \d+\. Go on with start 301\.\]/);
  expect(pages[1]?.text).toMatch(/^\[Lines 301–600/);
});

it("says what there is where something isn't", async () => {
  const bench = new ToolBench();
  expect((await bench.run(describeContract, {})).fault?.message).toContain("No prompt of this chat");
  bench.call.contract = contract;
  expect((await bench.run(describeContract, { tool: "remove" })).text).toContain("It has: add, clear");
  expect((await bench.run(describeContract, { start: 99 })).fault?.fields).toEqual(["start"]);
});
