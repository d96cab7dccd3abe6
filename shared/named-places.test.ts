import { expect, it } from "vitest";
import { namedPlaces } from "./file-links.ts";

const root = "/home/me/shop";

it.each([
  ["src/a.ts:12:5 - error TS1005", ["src/a.ts", 12]],
  ["  at f (./src/a b.ts:3)", ["b.ts", 3]],
  [`${root}/src/a.ts:7: warning`, ["src/a.ts", 7]],
  ["src/a.ts(12,5): error", ["src/a.ts", 12]],
  ['  File "pkg/m.py", line 4, in f', ["pkg/m.py", 4]],
  ["cart.ts:1:export const total", ["cart.ts", 1]],
  ["app/[id]/größe.tsx:2", ["app/[id]/größe.tsx", 2]],
])("finds the place in %s", (text, [path, line]) => {
  expect(namedPlaces(text, root)).toMatchObject([{ path, line }]);
});

it.each([
  "https://shop.test:8080/a",
  "/etc/passwd:1:root",
  "../other/a.ts:3",
  "src/../../a.ts:3",
  "no place here",
  "x".repeat(5_000) + ":1",
])("finds none in %s", (text) => {
  expect(namedPlaces(text, root)).toEqual([]);
});

it("says where in the text it stands, each once", () => {
  const text = "a.ts:1 and b/c.ts:2:3";
  expect(namedPlaces(text, root).map(({ start, end }) => text.slice(start, end))).toEqual(["a.ts:1", "b/c.ts:2:3"]);
});
