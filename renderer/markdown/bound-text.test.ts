import { describe, expect, it } from "vitest";
import { boundText } from "./bound-text.ts";

const bounds = { maxLines: 3, maxChars: 20 };

describe("bound text", () => {
  it.each(["", "a", "a\nb\nc", "a\nb\nc\n"])("leaves %j whole", (text) => {
    expect(boundText(text, bounds)).toEqual({ text, hiddenLines: 0, hiddenChars: 0 });
  });

  it("keeps the first lines and counts the rest", () => {
    expect(boundText("a\nb\nc\nd\ne", bounds)).toEqual({ text: "a\nb\nc", hiddenLines: 2, hiddenChars: 3 });
    expect(boundText("a\nb\nc\nd\ne\n", bounds)).toMatchObject({ hiddenLines: 2 });
  });

  it("S48 cuts a line that has no end", () => {
    expect(boundText("x".repeat(5_000_000), bounds)).toEqual({ text: "x".repeat(20), hiddenLines: 1, hiddenChars: 4_999_980 });
  });
});
