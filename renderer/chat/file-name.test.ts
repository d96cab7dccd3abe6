import { describe, expect, it } from "vitest";
import { fileName } from "./file-name.ts";

describe("the name of an exported chat", () => {
  it.each([
    ["Round totals to cents", "Round totals to cents"],
    ["../../etc/passwd", "etc passwd"],
    ["a\u0000b\u202Ec: <d>?", "a b c d"],
    ["  ..hidden.. ", "hidden"],
    ["x".repeat(200), "x".repeat(80)],
    ["???", "chat"],
  ])("is one that a file system takes: %j", (title, name) => {
    expect(fileName(title)).toBe(name);
  });
});
