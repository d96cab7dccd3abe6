import { expect, it } from "vitest";
import type { Insights } from "./engine.ts";
import { availableBytesOf, needsOf } from "./needs.ts";

const gb = 1_000_000_000;
/** Three gigabytes, and one more for each 8,192 tokens of window. */
const insights: Insights = {
  trainContextSize: 131_072,
  estimateModelResourceRequirements: () => ({ cpuRam: 3 * gb, gpuVram: 0 }),
  estimateContextResourceRequirements: ({ contextSize }) => ({ cpuRam: (contextSize / 8_192) * gb, gpuVram: 0 }),
};
const chosen = { contextSize: null, threads: null, cores: 8, availableBytes: 32 * gb };

it.each([
  ["up to 32,768 where there is room", 32, 32_768],
  ["less where there isn't", 6, 16_384],
  ["not one that needs all that is free", 7.5, 16_384],
  ["the least where nothing fits", 2, 4_096],
])("chooses a window: %s", (_, available, contextSize) => {
  expect(needsOf(insights, { ...chosen, availableBytes: available * gb }).contextSize).toBe(contextSize);
});

it("takes no more than the model was made for, and what the person chose, though it doesn't fit", () => {
  expect(needsOf({ ...insights, trainContextSize: 2_048 }, chosen).contextSize).toBe(2_048);
  expect(needsOf({ ...insights, trainContextSize: undefined }, chosen).contextSize).toBe(4_096);
  const asked = needsOf(insights, { ...chosen, contextSize: 65_536, availableBytes: gb });
  expect(asked.contextSize).toBe(65_536);
  expect(asked.neededBytes).toBeGreaterThan(asked.availableBytes);
});

it("leaves one core to the rest of the machine, unless the person says how many it takes", () => {
  expect([needsOf(insights, chosen).threads, needsOf(insights, { ...chosen, cores: 1 }).threads]).toEqual([7, 1]);
  expect(needsOf(insights, { ...chosen, threads: 8 }).threads).toBe(8);
});

it("counts a share of all memory as free on macOS, which tells only what nothing is in", () => {
  const machine = { totalBytes: 10 * gb, freeBytes: gb };
  expect([availableBytesOf({ ...machine, platform: "darwin" }), availableBytesOf({ ...machine, platform: "linux" })]).toEqual([
    6 * gb,
    gb,
  ]);
  expect(availableBytesOf({ platform: "darwin", totalBytes: 10 * gb, freeBytes: 8 * gb })).toBe(8 * gb);
});
