import { expect, it } from "vitest";
import { searchPaths, withFolders } from "./search.ts";

const entries = withFolders(["packages/a/src/cart.ts", "packages/a/readme.md", "packages/b/cart.ts", "top.md"]);
const found = (query: string, limit: number): string[] =>
  searchPaths(entries, query, limit, "packages/a").map(({ path }) => path);

it("begins in the folder that the project is of its repository, and finds what is outside after it", () => {
  expect(found("", 3)).toEqual(["packages/a/src", "packages/a/readme.md", "packages/a/src/cart.ts"]);
  expect(found("", 100)).toContain("packages/b/cart.ts");
  expect(found("cart.ts", 2)).toEqual(["packages/a/src/cart.ts", "packages/b/cart.ts"]);
  expect(found("packages/b", 1)[0]).toContain("packages/b");
});
