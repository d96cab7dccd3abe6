import { describe, expect, it } from "vitest";
import { nextSlice } from "./coloured-lines.ts";

const line = (runs: number) => Array.from({ length: runs }, () => ({ text: "x", kind: null }));

describe("nextSlice", () => {
  it("goes as far as the runs that can be drawn at once, and on from there", () => {
    const lines = [line(3), line(3), line(3), line(1)];
    expect(nextSlice(lines, 0, 6)).toBe(2);
    expect(nextSlice(lines, 2, 6)).toBe(4);
    expect(nextSlice(lines, 4, 6)).toBe(4);
  });

  it("takes a line that has more of them alone, and comes to an end", () => {
    const lines = [line(9), line(9)];
    expect(nextSlice(lines, 0, 6)).toBe(1);
    expect(nextSlice(lines, 1, 6)).toBe(2);
  });
});
