import { expect, it } from "vitest";
import { RestartLimit } from "./restart-limit.ts";

it("lets five restarts through within a minute, and more once the first are past", () => {
  let now = 0;
  const limit = new RestartLimit({ times: 5, windowMs: 60_000, now: () => now });
  const tried = Array.from({ length: 6 }, () => {
    now += 1_000;
    return limit.mayRestart();
  });
  expect(tried).toEqual([true, true, true, true, true, false]);
  now = 61_000;
  expect(limit.mayRestart()).toBe(true);
  expect(limit.mayRestart()).toBe(false);
  limit.reset();
  expect(limit.mayRestart()).toBe(true);
});
