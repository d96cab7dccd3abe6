import { expect, it } from "vitest";
import { retryAfter } from "./patient-fetch.ts";
import { RequestFailure } from "./request-failure.ts";
import { retryBudgetMs, retryDelay } from "./retry-delay.ts";

const first = { attempt: 0, spentMs: 0, random: 0 };
const refused = (status: number, retryAfterMs: number | null = null): RequestFailure =>
  new RequestFailure("refused", "no", { status, retryAfterMs });

it.each([
  ["no connection", new RequestFailure("unreachable", "gone")],
  ["too many requests", refused(429)],
  ["a server that loads its model", refused(503)],
])("tries again after %s", (_, failure) => {
  expect(retryDelay(failure, first)).toBe(500);
});

it("waits a moment though the server says it needn't", () => {
  expect(retryDelay(refused(429, 0), { ...first, attempt: 3 })).toBe(4000);
});

it.each([
  ["a request that is wrong", refused(400)],
  ["a key that doesn't fit", refused(401)],
  ["a redirect", refused(302)],
  ["an answer that stopped", new RequestFailure("stalled", "quiet")],
  ["an answer that can't be read", new RequestFailure("unreadable", "what")],
])("doesn't after %s", (_, failure) => {
  expect(retryDelay(failure, first)).toBeNull();
});

it("waits twice as long each time up to a limit, less a part by chance", () => {
  const delays = [0, 1, 2, 10].map((attempt) => retryDelay(refused(500), { ...first, attempt }));
  expect(delays).toEqual([500, 1_000, 2_000, 15_000]);
  expect(retryDelay(refused(500), { ...first, random: 1 })).toBe(250);
});

it("waits as long as the server asks, unless that is over the budget of all attempts", () => {
  expect(retryDelay(refused(429, 40_000), first)).toBe(40_000);
  expect(retryDelay(refused(429, 40_000), { ...first, spentMs: 90_000 })).toBeNull();
  expect(retryDelay(refused(500), { ...first, spentMs: retryBudgetMs })).toBeNull();
});

it("reads both forms of the header", () => {
  const now = Date.UTC(2026, 0, 1);
  expect(retryAfter("3", now)).toBe(3_000);
  expect(retryAfter("Thu, 01 Jan 2026 00:00:05 GMT", now)).toBe(5_000);
  expect(retryAfter("soon", now)).toBeNull();
  expect(retryAfter(undefined, now)).toBeNull();
});
