import { expect, it } from "vitest";
import { isChangeAt } from "./change-paths.ts";

it("takes the path itself and what is below it, and not what only begins alike", () => {
  const at = (path: string): boolean => isChangeAt({ path }, "packages/a");
  expect(["packages/a", "packages/a/x.ts", "packages/ab/x.ts", "x/packages/a"].map(at)).toEqual([true, true, false, false]);
  expect(isChangeAt({ path: "packages/a/x" }, "packages/a/")).toBe(true);
  expect(isChangeAt({ path: "b/x", oldPath: "a/x" }, "a")).toBe(true);
  expect(isChangeAt({ path: "b/x" }, "")).toBe(true);
});
