import { expect, it } from "vitest";
import { WindowSizes } from "./window-sizes.ts";

const size = (cols: number) => ({ cols, rows: 24 });

it("gives the size of the window that was used last, and of the one before when it goes", () => {
  const sizes = new WindowSizes();
  expect(sizes.current()).toBeNull();
  sizes.set("a", size(1), true);
  sizes.set("b", size(2), true);
  expect(sizes.current()).toEqual(size(2));
  sizes.use("a");
  expect(sizes.current()).toEqual(size(1));
  sizes.leave("a");
  expect(sizes.current()).toEqual(size(2));
  sizes.leave("b");
  expect(sizes.current()).toBeNull();
});

it("a window that only says its size takes nothing from the one in use", () => {
  const sizes = new WindowSizes();
  sizes.set("a", size(1), false);
  expect(sizes.current()).toEqual(size(1));
  sizes.set("b", size(2), false);
  sizes.set("b", size(3), false);
  expect(sizes.current()).toEqual(size(1));
  sizes.use("b");
  expect(sizes.current()).toEqual(size(3));
  sizes.use("nobody");
  expect(sizes.current()).toEqual(size(3));
});
