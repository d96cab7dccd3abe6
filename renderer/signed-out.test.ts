import { expect, it } from "vitest";
import { isSignedOut } from "./signed-out.ts";

const host =
  (status: number): typeof fetch =>
  async () =>
    new Response(null, { status });

it("only a host that doesn't know this page's credentials has signed it out", async () => {
  expect(await isSignedOut("c", host(401))).toBe(true);
  // It knows us, and refuses WebSockets for another reason: too many of them, or something between that lets none through.
  expect(await isSignedOut("c", host(200))).toBe(false);
  expect(await isSignedOut("c", host(429))).toBe(false);
  expect(await isSignedOut("c", host(503))).toBe(false);
  expect(await isSignedOut("c", () => Promise.reject(new TypeError("Failed to fetch")))).toBe(false);
});

it("shows the page's second value, and nothing where it has none", async () => {
  const shown: unknown[] = [];
  const ask: typeof fetch = async (_url, init) => {
    shown.push(init?.headers);
    return new Response(null, { status: 200 });
  };
  await isSignedOut("c", ask);
  await isSignedOut(null, ask);
  expect(shown).toEqual([{ "x-hearth-csrf": "c" }, {}]);
});
