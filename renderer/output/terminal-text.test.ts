import { describe, expect, it } from "vitest";
import { terminalLines } from "./terminal-text.ts";

const terminalText = (text: string): string =>
  terminalLines(text)
    .map((line) => line.map((run) => run.text).join(""))
    .join("\n");

const looks = (text: string) =>
  terminalLines(text)
    .flat()
    .map(({ text: shown, look }) => [shown, look.color, look.link]);

describe("terminal text", () => {
  it.each<[string, string, string]>([
    ["a bar that is written over", "10 %\r50 %\r100 %\ndone", "100 %\ndone"],
    ["line ends of Windows", "a\r\nb\r\n", "a\nb\n"],
    ["a longer line erased before a shorter one", "downloading\r\u001b[Kok", "ok"],
    ["several lines of progress, gone back over", "a 1\nb 1\n\u001b[2A\u001b[2Ka 2\n\u001b[2Kb 2\n", "a 2\nb 2\n"],
    ["what is taken back", "abc\b\bX", "aXc"],
    ["a column", "abc\u001b[5Gx", "abc x"],
    ["a screen that is cleared", "old\nold\u001b[2J\u001b[Hnew", "new"],
    ["titles and other texts for the terminal", "\u001b]0;title\u0007a\u001bPx\u001b\\b\u001b(Bc", "abc"],
    ["what is no sequence", "a\u001b", "a\u001b"],
    ["blanks in a line", "a  b", "a  b"],
  ])("leaves %s as a terminal would", (_name, text, shown) => expect(terminalText(text)).toBe(shown));

  it("keeps colours, of 16, of 256 and any, as one of the sixteen", () => {
    expect(looks("\u001b[1;31mred\u001b[0m plain \u001b[92mgreen\u001b[39mno")).toEqual([
      ["red", 1, null],
      [" plain ", null, null],
      ["green", 10, null],
      ["no", null, null],
    ]);
    expect(looks("\u001b[38;5;196ma\u001b[38;2;0;0;200mb\u001b[38:5:46mc\u001b[m")).toEqual([
      ["a", 1, null],
      ["b", 4, null],
      ["c", 2, null],
    ]);
  });

  it("keeps links, with either end", () => {
    const link =
      "\u001b]8;;https://example.org/a\u0007here\u001b]8;;\u0007 \u001b]8;id=1;file:///x\u001b\\there\u001b]8;;\u001b\\";
    expect(looks(link)).toEqual([
      ["here", null, "https://example.org/a"],
      [" ", null, null],
      ["there", null, "file:///x"],
    ]);
  });

  it("S48 makes no more of large numbers and floods than there is", () => {
    expect(terminalLines("\u001b[999999999B\u001b[999999999Cx")).toHaveLength(2);
    expect(terminalText(`${"\u001b[31m".repeat(50_000)}x`)).toBe("x");
    expect(terminalText(`\u001b]${"x".repeat(200_000)}`)).toContain("xxx");
    expect(terminalText("\u001b[".repeat(50_000))).toBe("");
  });
});
