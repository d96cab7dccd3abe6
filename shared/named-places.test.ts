import { expect, it } from "vitest";
import { namedFile, namedPlaces, wordsLikeFiles } from "./named-places.ts";

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

it.each([
  ["src/a.ts", "src/a.ts", null],
  ["Makefile", "Makefile", null],
  ["./src/a.ts:12", "src/a.ts", 12],
  [`${root}/src/a.ts:12:5`, "src/a.ts", 12],
  ["src/a b.ts:12-20", "src/a b.ts", 12],
  ["src/a.ts#L12-L20", "src/a.ts", 12],
])("takes %s for the name of a file", (text, path, line) => {
  expect(namedFile(text, root)).toEqual({ path, line });
});

it.each(["", "https://shop.test/a.ts", "/etc/passwd", `${root}x/a.ts`, "../a.ts:1", "a/../../b.ts", "a:b:c", "x".repeat(301)])(
  "takes %s for no name of a file in the working copy",
  (text) => expect(namedFile(text, root)).toBeNull(),
);

it("finds the words of prose that may name files", () => {
  const text = 'See src/a.ts:42, (docs/b.md). And "größe.tsx#L3": not and/or, https://a.test/b.ts, 3:4, v., or "...".';
  expect(wordsLikeFiles(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    "src/a.ts:42",
    "docs/b.md",
    "größe.tsx#L3",
  ]);
});

it("looks at a hostile text once", () => {
  for (const text of ["a.".repeat(50_000), "a/".repeat(50_000), "a:1".repeat(33_000), ".a ".repeat(33_000)])
    expect(wordsLikeFiles(text).length).toBeLessThan(1);
});
