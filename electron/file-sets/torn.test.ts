import { expect, it } from "vitest";
import { isTorn } from "./torn.ts";

const whole = Buffer.from("0123456789".repeat(20_000));

it("takes a beginning of the file for torn, be it empty, and with zeros after it", () => {
  expect(isTorn(Buffer.alloc(0), whole)).toBe(true);
  expect(isTorn(whole.subarray(0, 5), whole)).toBe(true);
  expect(isTorn(Buffer.alloc(4096), whole)).toBe(true);
  expect(isTorn(Buffer.concat([whole.subarray(0, 100_000), Buffer.alloc(5000)]), whole)).toBe(true);
});

it("takes nothing for torn that has anything of its own", () => {
  expect(isTorn(Buffer.from("01X"), whole)).toBe(false);
  expect(isTorn(Buffer.concat([whole, Buffer.from("more")]), whole)).toBe(false);
  expect(isTorn(Buffer.concat([whole.subarray(0, 100_000), Buffer.alloc(50), Buffer.from("x")]), whole)).toBe(false);
});
