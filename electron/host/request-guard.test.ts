import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it } from "vitest";
import { RequestGuard } from "./request-guard.ts";

const guard = new RequestGuard({ address: "127.0.0.1", port: 4000 });
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
    expect(guard.head({ host: name })?.code).toBe("HOST_REFUSED");
  });

  it("takes the address it is bound to", () => {
    const six = new RequestGuard({ address: "::1", port: 4000 });
    expect(six.head({ host: "[::1]:4000" })).toBeNull();
    expect(six.head({ host: "127.0.0.1:4000" })?.code).toBe("HOST_REFUSED");
    expect(new RequestGuard({ address: "127.0.0.1", port: 80 }).head({ host: "localhost" })).toBeNull();
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
    expect(guard.head({ host, origin })?.code).toBe("ORIGIN_REFUSED");
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
    expect(guard.call("POST", { host, "content-type": type })?.code).toBe("CONTENT_TYPE_REFUSED");
    expect(guard.call("PATCH", { host, "content-type": type })?.code).toBe("CONTENT_TYPE_REFUSED");
    expect(guard.call("PUT", { host, "content-type": type })?.code).toBe("CONTENT_TYPE_REFUSED");
  });

  it("S6 refuses a body on DELETE that isn't JSON, and lets a DELETE without one be", () => {
    expect(guard.call("DELETE", { host, "content-type": "text/plain", "content-length": "2" })?.code).toBe(
      "CONTENT_TYPE_REFUSED",
    );
    expect(guard.call("DELETE", { host, "transfer-encoding": "chunked" })?.code).toBe("CONTENT_TYPE_REFUSED");
    expect(guard.call("DELETE", { host })).toBeNull();
  });

  it.each(["cross-site", "same-site", "none"])("S6 refuses a POST with Sec-Fetch-Site: %s", (site) => {
    expect(guard.call("POST", { ...json, "sec-fetch-site": site })?.code).toBe("ORIGIN_REFUSED");
  });

  it("lets JSON through, from our page and from programs", () => {
    expect(guard.call("POST", json)).toBeNull();
    expect(
      guard.call("POST", { ...json, "content-type": "application/json; charset=UTF-8", "sec-fetch-site": "same-origin" }),
    ).toBeNull();
    expect(guard.call("GET", { host })).toBeNull();
    expect(guard.call("GET", { host, "sec-fetch-site": "none" })).toBeNull();
    expect(guard.call("GET", { host, "sec-fetch-site": "same-site" })?.code).toBe("ORIGIN_REFUSED");
  });
});

describe("upgrades", () => {
  const upgrade = (headers: IncomingHttpHeaders, bearer = false) => guard.upgrade({ host, ...headers }, bearer)?.code ?? null;

  it("S5 lets no Origin in only with a bearer token", () => {
    expect(upgrade({})).toBe("ORIGIN_REFUSED");
    expect(upgrade({}, true)).toBeNull();
    expect(upgrade({ origin: "http://127.0.0.1:4000" })).toBeNull();
  });

  it("S5 refuses what a browser says comes from elsewhere", () => {
    expect(upgrade({ origin: "http://127.0.0.1:4000", "sec-fetch-site": "same-site" })).toBe("ORIGIN_REFUSED");
    expect(upgrade({ "sec-fetch-site": "cross-site" }, true)).toBe("ORIGIN_REFUSED");
  });
});
