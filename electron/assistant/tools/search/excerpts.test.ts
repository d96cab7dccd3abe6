import { expect, it } from "vitest";
import { excerptsOf, fileScore, weightsOf } from "./excerpts.ts";

const weights = weightsOf(
  new Map([
    ["rare", 1],
    ["common", 90],
  ]),
  100,
);
const lines = (count: number, at: Record<number, string>): string[] =>
  Array.from({ length: count }, (_, index) => at[index + 1] ?? "-");

it("weighs a word the more the fewer files have it, and a file's name with its text", () => {
  const score = (path: string, found: Record<string, number>) => fileScore(path, (word) => found[word] ?? 0, weights);
  expect(score("a.ts", { rare: 1 })).toBeGreaterThan(score("a.ts", { common: 50 }));
  expect(score("rare.ts", { rare: 1 })).toBeGreaterThan(score("a.ts", { rare: 3 }));
  expect(score("a.ts", {})).toBe(0);
});

it("shows what stands together as one, with some lines around, best first", () => {
  const excerpts = excerptsOf(lines(100, { 10: "common", 50: "Rare", 53: "common" }), weights, []);
  expect(excerpts.map(({ from, to }) => [from, to])).toEqual([
    [47, 56],
    [7, 13],
  ]);
});

it("doesn't tear apart a short declaration, and doesn't show a long one for one line", () => {
  const symbols = [
    { kind: "class", name: "A", from: 1, to: 90, depth: 0 },
    { kind: "method", name: "f", from: 40, to: 60, depth: 1 },
  ];
  expect(excerptsOf(lines(100, { 50: "rare" }), weights, symbols)[0]).toMatchObject({ from: 40, to: 60 });
  expect(excerptsOf(lines(100, { 80: "rare" }), weights, symbols)[0]).toMatchObject({ from: 77, to: 83 });
});

it("joins those that overlap", () => {
  const symbols = [{ kind: "function", name: "f", from: 10, to: 40, depth: 0 }];
  expect(excerptsOf(lines(60, { 12: "rare", 38: "rare" }), weights, symbols)).toHaveLength(1);
});

it("has parts of a file that has the word all over, none of them too long, and no line twice", () => {
  const all = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [at + 1, "rare"]));
  const excerpts = excerptsOf(lines(300, all), weights, []).toSorted((a, b) => a.from - b.from);
  expect(excerpts.length).toBeGreaterThan(3);
  expect(Math.max(...excerpts.map(({ from, to }) => to - from))).toBeLessThan(80);
  expect(excerpts.slice(1).every(({ from }, at) => from > (excerpts[at]?.to ?? 0))).toBe(true);
});
