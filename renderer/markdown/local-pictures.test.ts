import { expect, it } from "vitest";
import { pathInside } from "./local-pictures.ts";

it.each([
  ["out/chart.png", "out/chart.png"],
  ["./out/chart.png", "out/chart.png"],
  ["out/two%20words.png#x", "out/two words.png"],
  ["100%.png", "100%.png"],
  ["/work/copy/out/chart.png", "out/chart.png"],
  ["file:///work/copy/out/chart.png", "out/chart.png"],
])("finds %s below the working copy", (address, path) => {
  expect(pathInside("/work/copy/", address)).toBe(path);
});

it.each(["https://example.org/a.png", "//example.org/a.png", "data:image/png;base64,AA", "/work/other/a.png", "/work/copy", ""])(
  "leaves %s alone",
  (address) => {
    expect(pathInside("/work/copy", address)).toBeNull();
  },
);
