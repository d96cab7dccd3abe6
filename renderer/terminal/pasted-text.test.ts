import { describe, expect, it } from "vitest";
import { pastedText } from "./pasted-text.ts";

describe("pasted text", () => {
  it.each([
    ["ls -la", "ls -la", 1],
    ["ls -la\n", "ls -la", 1],
    ["ls -la\r\n\r\n", "ls -la", 1],
    ["a\r\nb\rc\n", "a\nb\nc", 3],
    ["a\tb", "a\tb", 1],
    ["", "", 1],
  ])("S49 %j never ends with Enter", (raw, text, lines) => {
    expect(pastedText(raw)).toEqual({ text, lines });
  });

  it("S49 can't leave a bracketed paste or send keys", () => {
    expect(pastedText("a\u001b[201~rm -rf\u0003\u0004\u009b201~\u007fb").text).toBe("a[201~rm -rf201~b");
  });
});
