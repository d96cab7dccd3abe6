import { expect, it } from "vitest";
import { sizeText } from "./size-text.ts";

it("writes sizes with three digits", () => {
  expect([0, 1, 999, 1000, 1536, 15_000_000, 1024 ** 3, 1000 * 1024 ** 4].map(sizeText)).toEqual([
    "0 bytes",
    "1 byte",
    "999 bytes",
    "0.98 KB",
    "1.50 KB",
    "14.3 MB",
    "1.00 GB",
    "1000 TB",
  ]);
});
