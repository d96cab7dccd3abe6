import { describe, expect, it } from "vitest";
import { hasHiddenCharacters, visibleParts, visibleText } from "./visible-text.ts";

describe("visible text", () => {
  it("leaves ordinary text, tabs, line ends and scripts alone", () => {
    for (const text of ["plain", "a\tb\nc", "näïve 日本語 עברית العربية", "👩‍👩‍👧 👍🏽 ❤️"]) {
      expect(visibleText(text)).toBe(text);
      expect(hasHiddenCharacters(text)).toBe(false);
    }
  });

  it.each([
    ["\u001b]0;x\u0007", "␛]0;x␇"],
    ["\u009b31m", "⟨U+009B⟩31m"],
    ["\u0090q", "⟨U+0090⟩q"],
    ["\u001b_Gi=1;\u001b\\", "␛_Gi=1;␛\\"],
    ["a\rb\u007f", "a␍b␡"],
  ])("S46 shows control bytes as marks: %j", (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it.each([
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u200e",
    "\u200f",
    "\u00ad",
    "\ufeff",
    "\u{e0041}",
    "\u2028",
    "\ud800",
    "\udc41",
  ])("S47 shows the hidden character %j as a mark", (char) => {
    const text = `rm${char} -rf`;
    expect(visibleText(text)).toMatch(/^rm⟨U\+[0-9A-F]{4,6}⟩ -rf$/);
    expect(hasHiddenCharacters(text)).toBe(true);
  });

  it("keeps everything in order", () => {
    expect(visibleParts("a\u202eb\u200bc")).toEqual([
      { kind: "text", text: "a" },
      { kind: "mark", mark: "⟨U+202E⟩", code: 0x202e },
      { kind: "text", text: "b" },
      { kind: "mark", mark: "⟨U+200B⟩", code: 0x200b },
      { kind: "text", text: "c" },
    ]);
  });

  it("marks a joiner that joins no emoji, also beside one", () => {
    expect(visibleText("a\u200db")).toBe("a⟨U+200D⟩b");
    expect(visibleText("👩\u200db")).toBe("👩⟨U+200D⟩b");
  });
});
