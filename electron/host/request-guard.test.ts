import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it } from "vitest";
import { createGuard } from "./request-guard.ts";

const guard = createGuard("127.0.0.1", 4000);
const host = "127.0.0.1:4000";
const json = { host, "content-type": "application/json" };

describe("Host", () => {
  it.each(["127.0.0.1:4000", "localhost:4000"])("lets %s in", (name) => {
    expect(guard.head({ host: name })).toBeNull();
  });

  it.each([
    "evil.test",
    "evil.test:4000",
    "127.0.0.1.evil.test:4000",
    "localhost.:4000",
    "localhost",
    "127.0.0.1",
    "127.0.0.1:4001",
    "0.0.0.0:4000",
    "[::1]:4000",
    "",
    undefined,
  ])("S4 refuses %s", (name) => {
    expect(guard.head({ host: name })?.status).toBe(421);
  });

  it("takes the address it is bound to", () => {
    const six = createGuard("::1", 4000);
    expect(six.head({ host: "[::1]:4000" })).toBeNull();
    expect(six.head({ host: "127.0.0.1:4000" })?.status).toBe(421);
    expect(createGuard("127.0.0.1", 80).head({ host: "localhost" })).toBeNull();
  });
});

describe("Origin", () => {
  it.each(["http://127.0.0.1:4000", "http://localhost:4000"])("lets our own page, %s, in", (origin) => {
    expect(guard.head({ host, origin })).toBeNull();
  });

  it.each([
    "http://localhost:3000",
    "http://localhost.evil.test",
    "http://localhost.evil.test:4000",
    "http://localhost:40000",
    "https://localhost:4000",
    "https://x.opencode.ai",
    "null",
    "",
    "HTTP://LOCALHOST:4000",
    "http://127.0.0.1:4000/",
  ])("S3 S8 refuses %j", (origin) => {
    expect(guard.head({ host, origin })?.status).toBe(403);
  });
});

describe("calls", () => {
  it.each([
    "text/plain",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json; charset=utf-7",
    undefined,
  ])("S6 refuses a POST of %s", (type) => {
    expect(guard.call("POST", { host, "content-type": type })?.status).toBe(415);
    expect(guard.call("PATCH", { host, "content-type": type })?.status).toBe(415);
    expect(guard.call("PUT", { host, "content-type": type })?.status).toBe(415);
  });

  it("S6 refuses a body on DELETE that isn't JSON, and lets a DELETE without one be", () => {
    expect(guard.call("DELETE", { host, "content-type": "text/plain", "content-length": "2" })?.status).toBe(415);
    expect(guard.call("DELETE", { host, "transfer-encoding": "chunked" })?.status).toBe(415);
    expect(guard.call("DELETE", { host })).toBeNull();
  });

  it.each(["cross-site", "same-site", "none"])("S6 refuses a POST with Sec-Fetch-Site: %s", (site) => {
    expect(guard.call("POST", { ...json, "sec-fetch-site": site })?.status).toBe(403);
  });

  it("lets JSON through, from our page and from programs", () => {
    expect(guard.call("POST", json)).toBeNull();
    expect(
      guard.call("POST", { ...json, "content-type": "application/json; charset=UTF-8", "sec-fetch-site": "same-origin" }),
    ).toBeNull();
    expect(guard.call("GET", { host })).toBeNull();
    expect(guard.call("GET", { host, "sec-fetch-site": "none" })).toBeNull();
    expect(guard.call("GET", { host, "sec-fetch-site": "same-site" })?.status).toBe(403);
  });
});

describe("upgrades", () => {
  const upgrade = (headers: IncomingHttpHeaders, bearer = false) => guard.upgrade({ host, ...headers }, bearer)?.status ?? null;

  it("S5 lets no Origin in only with a bearer token", () => {
    expect(upgrade({})).toBe(403);
    expect(upgrade({}, true)).toBeNull();
    expect(upgrade({ origin: "http://127.0.0.1:4000" })).toBeNull();
  });

  it("S5 refuses what a browser says comes from elsewhere", () => {
    expect(upgrade({ origin: "http://127.0.0.1:4000", "sec-fetch-site": "same-site" })).toBe(403);
    expect(upgrade({ "sec-fetch-site": "cross-site" }, true)).toBe(403);
  });
});
