import { expect, it } from "vitest";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { listedChanges } from "./listed-changes.ts";

const changes = [
  { path: "web/cart.ts" },
  { path: "web/new.ts", oldPath: "web/old.ts" },
  { path: "docs/Cart.md" },
] as PendingChange[];
const paths = (narrowing: Parameters<typeof listedChanges>[1]): string[] =>
  listedChanges(changes, narrowing).map(({ path }) => path);

it("lists everything where nothing narrows it", () => {
  expect(paths({})).toEqual(["web/cart.ts", "web/new.ts", "docs/Cart.md"]);
  expect(paths({ words: "  " })).toHaveLength(3);
});

it("lists a turn's files, also under the name that one had", () => {
  expect(paths({ paths: ["web/old.ts", "gone.ts"] })).toEqual(["web/new.ts"]);
  expect(paths({ paths: [] })).toEqual([]);
});

it("lists what has all the words in its path, in any case", () => {
  expect(paths({ words: "CART" })).toEqual(["web/cart.ts", "docs/Cart.md"]);
  expect(paths({ words: "web cart" })).toEqual(["web/cart.ts"]);
  expect(paths({ words: "web", paths: ["docs/Cart.md"] })).toEqual([]);
});

it("lists what is in the project's folder", () => {
  expect(paths({ folder: "docs" })).toEqual(["docs/Cart.md"]);
});
