import { expect, it } from "vitest";
import { isInside, relativeInside } from "./inside.ts";

it.each([
  ["/w/app", "/w/app", ".", false],
  ["/w/app", "/w/app/src/a.ts", "src/a.ts", true],
  ["/w/app", "/w/app/..data/a", "..data/a", true],
  ["/w/app", "/w/app-evil", null, false],
  ["/w/app", "/w", null, false],
  ["/w/app", "/w/app/../other", null, false],
  ["/", "/w", "w", true],
])("S51 from %s, %s is %j", (outer, inner, relative, inside) => {
  expect(relativeInside(outer, inner)).toBe(relative);
  expect(isInside(inner, outer)).toBe(inside);
});
