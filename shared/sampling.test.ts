import { expect, it } from "vitest";
import { sampling, samplingNumbers, samplingProblem, samplingRanges } from "./sampling.ts";

it("takes each parameter at both ends of its range and not beyond, and what isn't set stays unset", () => {
  expect(sampling.parse({})).toEqual({});
  for (const name of samplingNumbers) {
    const { from, to } = samplingRanges[name];
    for (const value of [from, to]) expect(sampling.parse({ [name]: value })).toEqual({ [name]: value });
    for (const value of [from - 0.01, to + 0.01, Number.NaN, "1", null])
      expect(sampling.safeParse({ [name]: value }).success, `${name} ${value}`).toBe(false);
  }
});

it("says what a value may be", () => {
  expect(samplingProblem("temperature", 0.7)).toBeNull();
  expect(samplingProblem("temperature", 7)).toBe("A number from 0 to 5");
  expect(samplingProblem("top_k", 1.5)).toBe("A whole number from -1 to 1000");
});

it("refuses a parameter that nobody knows, and a word for reasoning that isn't one", () => {
  expect(sampling.safeParse({ temprature: 1 }).error?.issues[0]?.message).toContain("did you mean temperature");
  expect(sampling.safeParse({ reasoning: "maybe" }).success).toBe(false);
});
