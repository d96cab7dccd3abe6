import { describe, expect, it } from "vitest";
import type { ToolSnapshot } from "../../shared/run-event.ts";
import { groupTitle, toolLine } from "./tool-line.ts";
import { tokensText } from "../ui/tokens-text.ts";
import { durationText, splitForMiddle } from "./format.ts";

const tool = (more: Partial<ToolSnapshot>): ToolSnapshot => ({
  id: "t",
  kind: "other",
  title: "",
  status: "completed",
  locations: [],
  diff: [],
  ...more,
});
const line = (more: Partial<ToolSnapshot>) => {
  const { verb, target } = toolLine(tool(more));
  return `${verb} ${target ?? "–"}`;
};

describe("tool line", () => {
  it.each<[string, Partial<ToolSnapshot>]>([
    ["Read src/a.ts:7", { kind: "read", locations: [{ path: "src/a.ts", line: 7 }] }],
    ["Reading src/a.ts", { kind: "read", status: "in_progress", locations: [{ path: "src/a.ts" }] }],
    ["Created a", { kind: "edit", diff: [{ path: "a", oldText: null, newText: "x" }] }],
    [
      "Edited a and 1 more",
      {
        kind: "edit",
        diff: [
          { path: "a", oldText: "", newText: "x" },
          { path: "b", oldText: "", newText: "x" },
        ],
      },
    ],
    ["Edit a", { kind: "edit", status: "failed", locations: [{ path: "a" }] }],
    ["Moved a → b", { kind: "move", locations: [{ path: "a" }, { path: "b" }] }],
    ["Ran npm test", { kind: "execute", title: "Run the tests", input: { command: "npm test" } }],
    ["Ran ls -la", { kind: "execute", input: { command: ["ls", "-la"] } }],
    ["Ran ls -la; pwd", { kind: "execute", input: { command: "/bin/sh", args: ["-c", "ls -la; pwd"] } }],
    ["Ran node a.js", { kind: "execute", input: { command: "node", args: ["a.js"] } }],
    ["Ran `npm run x`", { kind: "execute", title: "`npm run x`" }],
    ["Ran rm -rf 'my files'", { kind: "execute", input: { command: ["rm", "-rf", "my files"] } }],
    ["Ran ls  -la  ", { kind: "execute", input: { command: "ls  -la  " } }],
    ["Searched for TODO", { kind: "search", title: "for TODO", locations: [{ path: "x" }] }],
    ["Used –", { kind: "other" }],
    ["Fetched example.org/a?b=c", { kind: "fetch", title: "Fetch x", input: { url: "https://example.org/a?b=c" } }],
    ["Fetched https://example.org", { kind: "fetch", title: "Fetch https://example.org" }],
    ["Ran the tests", { kind: "execute", title: "Run the tests" }],
    ["Searched Search", { kind: "search", title: "Search" }],
  ])("%s", (shown, more) => expect(line(more)).toBe(shown));

  it("shows paths as seen from the working copy", () => {
    const seen = (path: string) => toolLine(tool({ kind: "read", locations: [{ path }] }), { root: "/w/shop/" }).target;
    expect(["/w/shop/src/a.ts", "/w/shopping/a.ts", "/etc/hosts", "src/a.ts"].map(seen)).toEqual([
      "src/a.ts",
      "/w/shopping/a.ts",
      "/etc/hosts",
      "src/a.ts",
    ]);
  });

  it("says what it would do while it waits for a permission", () => {
    expect(toolLine(tool({ kind: "execute", status: "pending", title: "npm test" }), { asks: true }).verb).toBe("Run");
  });

  it("counts files, not calls", () => {
    const read = (path: string) => tool({ kind: "read", locations: [{ path, line: 3 }] });
    expect(groupTitle([read("a"), read("b"), read("a")])).toBe("Read 2 files");
    expect(groupTitle([read("a"), read("a")])).toBe("Read one file 2 times");
    expect(groupTitle([tool({ kind: "search" }), tool({ kind: "search" })])).toBe("Searched 2 times");
  });
});

describe("words", () => {
  it.each([
    [0, "0 s"],
    [6_010, "6 s"],
    [420, "0.4 s"],
    [9_960, "10 s"],
    [38_400, "38 s"],
    [192_000, "3 min 12 s"],
    [3_720_000, "1 h 2 min"],
    [-5, "0 s"],
  ])("%d ms is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
  it.each([
    [999, "999"],
    [1_234, "1.2k"],
    [45_678, "46k"],
    [999_900, "1M"],
    [2_000_000, "2M"],
  ])("%d tokens are %s", (count, text) => {
    expect(tokensText(count)).toBe(text);
  });
  it("lets the middle of a path give way, not its name", () => {
    expect(splitForMiddle("src/a.ts")).toEqual(["", "src/a.ts"]);
    expect(splitForMiddle("packages/core/src/deep/folder/cart.ts")).toEqual(["packages/core/src/deep/folder", "/cart.ts"]);
    expect(splitForMiddle("x".repeat(60))[1]).toHaveLength(24);
  });
});
