import { expect, it } from "vitest";
import { limitReached, limitsNear, limitText, noLimits } from "./turn-limits.ts";

const used = { calls: 8, requests: 10, tokens: 1_500 };

it("comes to the first limit that is used up, and to none where there is none", () => {
  expect(limitReached(used, noLimits)).toBeNull();
  expect(limitReached(used, { calls: 9, requests: 11, tokens: 1_501 })).toBeNull();
  expect(limitReached(used, { calls: 9, requests: 10, tokens: 1_000 })).toEqual({ limit: "requests", count: 10 });
});

it("is near where four fifths are used up", () => {
  expect(limitsNear(used, { calls: 10, requests: 13, tokens: null })).toEqual(["calls"]);
});

it("says how much it was", () => {
  expect(limitText({ limit: "calls", count: 100 })).toBe("100 tool calls");
  expect(limitText({ limit: "requests", count: 1 })).toBe("1 request to the model");
  expect(limitText({ limit: "tokens", count: 200_000 })).toBe("200,000 tokens");
});
