import { expect, it } from "vitest";
import type { FileDiff } from "../../shared/contract/changes.ts";
import { prepareDiff } from "./prepare-diff.ts";

function diff(oldText: string | null, newText: string | null, lines: string[], part: Partial<FileDiff> = {}): FileDiff {
  const header = ["diff --git a/a.ts b/a.ts", "index 1..2 100644", "--- a/a.ts", "+++ b/a.ts"];
  return {
    path: "a.ts",
    patch: [...header, ...lines, ""].join("\n"),
    oldText,
    newText,
    binary: false,
    truncated: false,
    ...part,
  };
}

it("takes git's hunks with the whole files behind them", () => {
  const { file, notes } = prepareDiff(diff("one\ntwo\n", "one\n2\n", ["@@ -1,2 +1,2 @@", " one", "-two", "+2"]), "f1");
  expect(file).toMatchObject({
    name: "a.ts",
    isPartial: false,
    additionLines: ["one\n", "2\n"],
    deletionLines: ["one\n", "two\n"],
  });
  expect(file?.hunks).toHaveLength(1);
  expect(notes).toEqual([]);
});

it("shows characters that can't be seen as marks", () => {
  const { file } = prepareDiff(diff("a\n", "a\u202eb\n", ["@@ -1 +1 @@", "-a", "+a\u202eb"]), "f1");
  expect(file?.additionLines).toEqual(["a⟨U+202E⟩b\n"]);
});

it("says when line ends change, and is quiet about those that stay", () => {
  const same = prepareDiff(diff("a\r\nb\r\n", "a\r\nc\r\n", ["@@ -1,2 +1,2 @@", " a\r", "-b\r", "+c\r"]), "f1");
  expect(same.file?.additionLines).toEqual(["a\n", "c\n"]);
  expect(same.notes).toEqual([]);
  const changed = prepareDiff(diff("a\r\n", "a\n", ["@@ -1 +1 @@", "-a\r", "+a"]), "f1");
  expect(changed.notes).toEqual(["Line ends change from CRLF to LF"]);
  expect(changed.file?.deletionLines).toEqual(["a␍\n"]);
});

it("shows a cut patch for what it is, and nothing where nothing is text", () => {
  const cut = prepareDiff(diff(null, null, ["@@ -1 +1 @@", "-a", "+b"], { truncated: true }), "f1");
  expect(cut.file).toMatchObject({ isPartial: true });
  expect(prepareDiff(diff("a", "a", [], { patch: null }), "f1").file).toBeNull();
});
