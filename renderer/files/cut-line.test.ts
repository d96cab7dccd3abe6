import { expect, it } from "vitest";
import { cutLine } from "./cut-line.ts";

it("draws no more of a coloured line than of a plain one", () => {
  const runs = [
    { text: "abc", kind: "keyword" },
    { text: "defg", kind: null },
    { text: "h", kind: null },
  ];
  expect(cutLine(runs, 8)).toBe(runs);
  expect(cutLine(runs, 5)).toEqual([runs[0], { text: "de…", kind: null }]);
  expect(cutLine(runs, 3)).toEqual([runs[0], { text: "…", kind: null }]);
  const drawn = cutLine(Array.from({ length: 50_000 }, () => ({ text: "[]" })));
  expect(drawn.length).toBeLessThanOrEqual(1_001);
  expect(cutLine([{ text: "x".repeat(5_000) }])[0]?.text.length).toBe(2_001);
});
