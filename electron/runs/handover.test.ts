import { expect, it } from "vitest";
import { handoverText, isCommand, missedRuns, type MissedTurn } from "./handover.ts";

const runs = ["a", "b", "a", "c", "b"].map((agentId, index) => ({ agentId, id: index }));
const turn: MissedTurn = { by: "Ada", prompt: "add it", said: "Added.", files: ["a.ts"], status: "completed" };

it("finds what others did since an agent's last turn, and all where it remembers nothing", () => {
  expect(missedRuns(runs, "a", true).map(({ id }) => id)).toEqual([3, 4]);
  expect(missedRuns(runs, "b", true)).toEqual([]);
  expect(missedRuns(runs, "new", true)).toHaveLength(5);
  expect(missedRuns(runs, "b", false)).toHaveLength(5);
});

it("tells who was asked what, what came of it and which files it changed", () => {
  const text = handoverText([turn, { ...turn, by: "Bob", prompt: "and\nthat", said: "", files: [], status: "cancelled" }], 3);
  expect(text).toContain("(3 earlier turns are left out.)");
  expect(text).toContain("1. Ada was asked:\n> add it\nAda said at the end:\n> Added.\nFiles changed: a.ts.");
  expect(text).toContain("2. Bob was asked:\n> and\n> that\nNo file changed. The turn was stopped.");
  expect(text).toMatch(/Now to you:\n\n$/);
  expect(handoverText([{ ...turn, by: null }], 0)).toMatch(/You have no memory.*You were asked/s);
});

it("stays short, however long and however many the turns were", () => {
  const long = { ...turn, prompt: "p".repeat(9000), said: `${"s".repeat(9000)} the end`, files: Array(50).fill("f.ts") };
  const text = handoverText(Array(12).fill(long), 0);
  expect(text.length).toBeLessThan(16_000);
  expect(text).toContain("the end");
  expect(text).toContain("and 30 more");
});

it("puts nothing before a command", () => {
  expect(isCommand([{ type: "text", text: " /compact" }])).toBe(true);
  expect(isCommand([{ type: "text", text: "do /this" }])).toBe(false);
  expect(isCommand([{ type: "mention", path: "a", kind: "file" }])).toBe(false);
});
