import { describe, expect, it } from "vitest";
import { TurnUsage } from "./turn-usage.ts";

const tokens = (input: number, output: number) => ({ input, output, cached: null, reasoning: null });

function turns(usage: TurnUsage, ...ends: [input: number, output: number, cost?: number][]) {
  return ends.map(([input, output, cost]) => {
    usage.begin();
    if (cost !== undefined) usage.tell({ contextUsed: input, contextSize: 100, cost });
    return usage.end(tokens(input, output));
  });
}

describe("the usage of a turn", () => {
  it("is what is told with its end, and the cost that the session has grown by", () => {
    const told = turns(new TurnUsage("per-turn"), [10, 5, 0.5], [12, 6, 0.75]);
    expect(told).toMatchObject([
      { input: 10, output: 5, cost: 0.5, contextUsed: 10 },
      { input: 12, output: 6, cost: 0.25, contextUsed: 12 },
    ]);
  });

  it("is the difference, of an agent that counts over the session", () => {
    expect(turns(new TurnUsage("cumulative"), [10, 5], [25, 11], [25, 11])).toMatchObject([
      { input: 10, output: 5 },
      { input: 15, output: 6 },
      { input: 0, output: 0 },
    ]);
  });

  it("isn't known of the first turn after the session was taken up again", () => {
    const usage = new TurnUsage("cumulative");
    usage.restored();
    expect(turns(usage, [25, 11, 2], [35, 12, 3])).toMatchObject([
      { input: null, output: null, cost: null },
      { input: 10, output: 1, cost: 1 },
    ]);
  });

  it("begins anew where the agent counts from nothing again", () => {
    expect(turns(new TurnUsage("cumulative"), [100, 50], [10, 5])[1]).toMatchObject({ input: 10, output: 5 });
  });

  it("takes the last of several costs in a turn, and adds up what is told of each call", () => {
    const usage = new TurnUsage("per-turn");
    usage.begin();
    usage.tell({ ...tokens(10, 1) });
    usage.tell({ cost: 0.1 });
    usage.tell({ ...tokens(20, 2) });
    expect(usage.tell({ cost: 0.4 })).toMatchObject({ input: 30, output: 3, cost: 0.4 });
    expect(usage.end(null)).toMatchObject({ input: 30, output: 3, cost: 0.4 });
    usage.begin();
    expect(usage.end(null)).toBeNull();
  });
});
