import { expect, it } from "vitest";
import { decide, type Version } from "./three-way.ts";

const file = (oid: string, mode = "100644"): Version => ({ mode, oid });

it.each<[string, Version, Version, Version, object]>([
  ["R87 both made the same change", file("a"), file("b"), file("b"), { kind: "keep" }],
  ["R87 both deleted it", file("a"), null, null, { kind: "keep" }],
  ["only theirs changed", file("a"), file("a"), file("b"), { kind: "take", mode: "100644" }],
  ["theirs is new", null, null, file("b"), { kind: "take", mode: "100644" }],
  ["theirs deleted it", file("a"), file("a"), null, { kind: "take", mode: "" }],
  ["only ours changed", file("a"), file("b"), file("a"), { kind: "keep" }],
  ["both changed the text", file("a"), file("b"), file("c"), { kind: "merge", mode: "100644" }],
  ["ours the text, theirs the mode", file("a"), file("b"), file("a", "100755"), { kind: "mode", mode: "100755" }],
  ["ours the mode, theirs the text", file("a"), file("a", "100755"), file("b"), { kind: "take", mode: "100755" }],
  ["both text, theirs the mode too", file("a"), file("b"), file("c", "100755"), { kind: "merge", mode: "100755" }],
  ["R82 a file became a link", file("a"), file("a"), file("b", "120000"), { kind: "take", mode: "120000" }],
])("%s", (_name, base, ours, theirs, expected) => {
  expect(decide(base, ours, theirs)).toEqual(expected);
});

it.each<[string, Version, Version, Version]>([
  ["deleted there, changed here", file("a"), null, file("b")],
  ["changed there, deleted here", file("a"), file("b"), null],
  ["both made a file of that name", null, file("a"), file("b")],
  ["both changed a link", file("a", "120000"), file("b", "120000"), file("c", "120000")],
  ["changed there, became a link here", file("a"), file("b"), file("c", "120000")],
  ["a submodule", file("a", "160000"), file("a", "160000"), file("b", "160000")],
])("R85 %s is a conflict", (_name, base, ours, theirs) => {
  expect(decide(base, ours, theirs).kind).toBe("conflict");
});
