import { describe, expect, it } from "vitest";
import { planEntries } from "./plan.ts";

const states = (steps: number, done: number, total: number): string =>
  planEntries(
    Array.from({ length: steps }, (_, index) => `step ${index}`),
    done,
    total,
  )
    .map(({ status }) => ({ pending: "-", in_progress: ">", completed: "x" })[status])
    .join("");

describe("the practice agent's plan", () => {
  it("goes on with the instructions after it", () => {
    expect([0, 1, 2, 3].map((done) => states(3, done, 3))).toEqual(["---", "x>-", "xx>", "xxx"]);
  });

  it("shares many instructions among few steps, and few among many", () => {
    expect([0, 1, 2, 3, 4].map((done) => states(2, done, 4))).toEqual(["--", ">-", "x>", "x>", "xx"]);
    expect([0, 1, 2].map((done) => states(4, done, 2))).toEqual(["----", "xx>-", "xxxx"]);
  });

  it("is done when nothing follows", () => {
    expect(states(2, 0, 0)).toBe("xx");
  });
});
