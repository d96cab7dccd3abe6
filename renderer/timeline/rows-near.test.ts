import { describe, expect, it } from "vitest";
import { rowsNear, withKept } from "./rows-near.ts";

describe("rowsNear", () => {
  const range = { startIndex: 50, endIndex: 52, count: 100 };

  it("draws many small rows around the view, and few high ones", () => {
    const small = rowsNear(range, () => 100);
    expect([small[0], small.at(-1)]).toEqual([42, 60]);
    expect(rowsNear(range, () => 2_000)).toEqual([49, 50, 51, 52, 53]);
  });

  it("ends with the first and the last row", () => {
    expect(rowsNear({ startIndex: 0, endIndex: 2, count: 3 }, () => 10)).toEqual([0, 1, 2]);
  });
});

it("keeps rows far from the view, in order and each once", () => {
  expect(withKept([4, 5, 6], [9, 5, 1])).toEqual([1, 4, 5, 6, 9]);
});
