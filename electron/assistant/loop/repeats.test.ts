import { expect, it } from "vitest";
import { Repeats } from "./repeats.ts";

/** The brakes as calls are made, each named by one letter. */
const brakesOf = (calls: string): (string | null)[] => {
  const repeats = new Repeats();
  return [...calls].map((path) => repeats.called("read_file", { path }, false));
};

it.each([
  ["aaa", 1],
  ["ababab", 2],
  ["abcabcabc", 3],
  ["abcdabcdabcd", 4],
])("notices %s, which repeats with period %i", (calls) => {
  expect(brakesOf(calls).at(-1)).toBe("nudge");
  expect(brakesOf(calls).slice(0, -1)).toEqual(
    calls
      .slice(0, -1)
      .split("")
      .map(() => null),
  );
});

it("lets pass what doesn't repeat three times, or with a longer period", () => {
  expect(brakesOf("aabbaabb".concat("abcdeabcdeabcde"))).not.toContain("nudge");
});

it("nudges, then asks, then stops", () => {
  expect(brakesOf("a".repeat(9)).filter(Boolean)).toEqual(["nudge", "ask", "stop"]);
});

it("takes inputs for the same that differ in order and blanks only", () => {
  const repeats = new Repeats();
  const inputs = [
    { path: "a", start: 1 },
    { start: 1, path: "a " },
    { path: " a", start: 1 },
  ];
  expect(inputs.map((input) => repeats.called("read_file", input, false))).toEqual([null, null, "nudge"]);
});

it("lets a tool poll", () => {
  const repeats = new Repeats();
  expect(Array.from({ length: 9 }, () => repeats.called("job", {}, true))).not.toContain("nudge");
});

it("counts failures in a row, guides once and then asks", () => {
  const repeats = new Repeats();
  const brakes = [true, true, false, true, true, true, true, true, true, true, true].map((failed) => repeats.ended(failed));
  expect(brakes.filter(Boolean)).toEqual(["nudge", "ask"]);
  expect(brakes.indexOf("nudge")).toBe(6);
});
