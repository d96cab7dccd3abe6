import { describe, expect, it } from "vitest";
import { parseScript } from "./instructions.ts";

function parse(prompt: string): unknown {
  const script = parseScript(prompt);
  return script.ok ? script.instructions : `not: ${script.line}`;
}

describe("a prompt to the practice agent", () => {
  it.each([
    ["say Hello: there", { type: "say", text: "Hello: there" }],
    ["THINK hm", { type: "think", text: "hm" }],
    ["plan look; change ;; check", { type: "plan", steps: ["look", "change", "check"] }],
    ["read @src/a b.ts", { type: "read", path: "src/a b.ts" }],
    ["create a.txt: one: two", { type: "create", path: "a.txt", text: "one: two\n" }],
    ['create "a: b.txt": x', { type: "create", path: "a: b.txt", text: "x\n" }],
    ["create empty.txt:", { type: "create", path: "empty.txt", text: "" }],
    ['replace "a \\"b\\"" with "c\\nd" in x/y.ts', { type: "replace", before: 'a "b"', after: "c\nd", path: "x/y.ts" }],
    ['replace "gone" with "" in a', { type: "replace", before: "gone", after: "", path: "a" }],
    ["delete a", { type: "delete", path: "a" }],
    ["rename a to b/c", { type: "rename", from: "a", to: "b/c" }],
    ["run npm test -- --watch=false", { type: "run", text: "npm test -- --watch=false" }],
    ["ask Which? A | B | C", { type: "ask", question: "Which?", choices: ["A", "B", "C"] }],
    ["stream 12 words", { type: "stream", amount: 12 }],
    ["flood 5", { type: "flood", amount: 5 }],
    ["wait 10", { type: "wait", amount: 10 }],
    ["exit 0", { type: "exit", amount: 0 }],
    ["fail no luck", { type: "fail", text: "no luck" }],
    ["ignore cancel", { type: "ignore-cancel" }],
    ["remember the sea", { type: "remember", text: "the sea" }],
    ["hang", { type: "hang" }],
    ["recall", { type: "recall" }],
    ["who", { type: "who" }],
  ])("is understood: %s", (line, instruction) => {
    expect(parse(line)).toEqual([instruction]);
  });

  it("is a list, done in order, with blocks and blank lines", () => {
    expect(parse("say a\r\n\ncreate b.txt:\n````md\n```\ncode\n```\n````\nsay c")).toEqual([
      { type: "say", text: "a" },
      { type: "create", path: "b.txt", text: "```\ncode\n```\n" },
      { type: "say", text: "c" },
    ]);
  });

  it.each([
    "",
    "hello",
    "say",
    "read",
    "hang on",
    "stream many words",
    "flood -1",
    "wait 1.5",
    "exit x",
    "replace a with b in c",
    'replace "" with "b" in c',
    "rename a b",
    "ask no choices",
    "ask One? A",
    "ignore everything",
    "flood 99999999999",
    "say ok\ncreate x:\n```\nno end",
  ])("is not taken for what it isn't: %j", (prompt) => {
    expect(parseScript(prompt).ok).toBe(false);
  });
});
