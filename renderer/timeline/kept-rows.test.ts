import { describe, expect, it } from "vitest";
import { selectedRows } from "./kept-rows.ts";

describe("selectedRows", () => {
  it("is what lies between the ends, whichever is first", () => {
    expect(selectedRows(3, 6)).toEqual([3, 4, 5, 6]);
    expect(selectedRows(6, 3)).toEqual([3, 4, 5, 6]);
    expect(selectedRows(-1, 3)).toEqual([]);
    expect(selectedRows(3, -1)).toEqual([]);
  });

  it("is bounded, and then what is near the end that moves", () => {
    const down = selectedRows(0, 1_000);
    expect([down.length, down[0], down.at(-1)]).toEqual([400, 601, 1_000]);
    const up = selectedRows(1_000, 0);
    expect([up.length, up[0], up.at(-1)]).toEqual([400, 0, 399]);
  });
});
