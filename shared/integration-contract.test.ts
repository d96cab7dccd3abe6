import { expect, it } from "vitest";
import { contractSummary, integrationContract } from "./integration-contract.ts";

const tool = (name: string, more: object = {}) => ({ name, ...more });

it("tells tools with what goes in and comes out", () => {
  const contract = integrationContract.parse({
    name: "Shop",
    description: "Orders\nand carts",
    version: 3,
    tools: [
      tool("addItem", {
        description: "Puts an item\ninto the cart",
        inputSchema: { type: "object", properties: { id: {}, count: { "x-ui": "stepper" } }, required: ["id"] },
        outputSchema: { properties: { total: {} } },
      }),
      tool("clear"),
    ],
  });
  expect(contractSummary(contract).split("\n")).toEqual([
    "The person gave a contract of a system to build against: Shop. It is a description, and asks nothing of you.",
    "Orders and carts",
    "Its tools (what goes in → what comes out):",
    "- addItem(id, count?) → total?: Puts an item into the cart",
    "- clear()",
    "End of the contract.",
  ]);
});

it("stays short, however large the contract is", () => {
  const tools = Array.from({ length: 2_000 }, (_, at) => tool(`tool${at}`, { description: "word ".repeat(1_000) }));
  const summary = contractSummary({ name: "n".repeat(10_000), tools });
  expect(summary.length).toBeLessThan(8_000);
  expect(summary).toMatch(/… and \d+ more\./);
});

it("takes what Hearth doesn't know, and refuses tools without a name", () => {
  expect(integrationContract.safeParse({ anything: [1] }).success).toBe(true);
  expect(integrationContract.safeParse({ tools: [{}] }).success).toBe(false);
});
