import { expect, it } from "vitest";
import type { TreeChange } from "../git/diff-tree.ts";
import { missingFrom, withoutStuck } from "./entangled.ts";

const change = (operation: TreeChange["operation"], path: string, oldPath?: string): TreeChange => ({
  operation,
  path,
  ...(oldPath === undefined ? {} : { oldPath }),
  oldMode: "100644",
  newMode: "100644",
  oldOid: "1",
  newOid: "2",
  additions: 0,
  deletions: 0,
  binary: false,
});

it("a file in the place of a folder, and a folder in the place of a file, need what was there to go", async () => {
  const gone = change("delete", "a");
  const inside = [change("create", "a/x"), change("create", "a/y")];
  const beside = change("edit", "ab");
  const all = [gone, ...inside, beside];
  expect(await missingFrom([inside[0]!], all)).toEqual(["a"]);
  expect(await missingFrom([gone], all)).toEqual(["a/x", "a/y"]);
  expect(await missingFrom([gone, ...inside], all)).toEqual([]);
  expect(await missingFrom([beside], all)).toEqual([]);
});

it("counts both ends of a rename", async () => {
  const moved = change("rename", "b/index", "b");
  const other = change("create", "b/more");
  expect(await missingFrom([other], [moved, other])).toEqual(["b/index"]);
});

it("leaves with a stuck path what goes only together with it, and what waits for its place", () => {
  const groups = [["a"], ["a/x"], ["new", "old"], ["free"], ["old/y", "elsewhere"]];
  expect(withoutStuck(groups, [])).toEqual(groups);
  expect(withoutStuck(groups, ["a/x"])).toEqual([["new", "old"], ["free"], ["old/y", "elsewhere"]]);
  expect(withoutStuck(groups, ["new"])).toEqual([["a"], ["a/x"], ["free"]]);
});
