import { createServer } from "node:http";
import { connect } from "node:net";
import { text as consume } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { contract } from "../../shared/contract/contract.ts";
import { silentLog } from "../lib/log.ts";
import { routesOf, spyRouter, startTestServer, type TestServer } from "../testing/local-server.ts";
import { startLocalServer } from "./local-server.ts";

const calls: string[] = [];
let test: TestServer;
beforeAll(async () => {
  test = await startTestServer(spyRouter(calls));
});
afterEach(() => {
  calls.length = 0;
});
afterAll(() => test.end());

const json = { "content-type": "application/json" };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The status an upgrade is answered with; 101 when it became a WebSocket. */
function upgrade(headers: Record<string, string>, target = "/ws", protocols: string[] = []): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${test.port}${target}`, protocols, { headers });
    socket.on("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("error", () => {
      // Told by unexpected-response already.
    });
  });
}

/** Signs a browser in: its cookie and the value for its calls. */
async function signIn(): Promise<{ cookie: string; csrf: string; setCookie: string }> {
  const code = new URL(test.server.signInUrl()).hash.slice("#code=".length);
  const answer = await test.call("POST", "/auth/exchange", { ...json, origin: test.server.url }, JSON.stringify({ code }));
  expect(answer.status).toBe(200);
  const setCookie = answer.headers["set-cookie"]?.[0] ?? "";
  return { cookie: setCookie.split(";")[0] ?? "", csrf: answer.json.csrf, setCookie };
}

describe("who may call", () => {
  const routes = routesOf(contract).filter((route) => route.name !== "system.health");
  const all = [
    ...routes.map(({ method, path }) => ({ method, path })),
    { method: "GET", path: "/api/v1/docs" },
    { method: "GET", path: "/api/v1/openapi.json" },
  ];

  it.each(["none", "wrong", "revoked", "in the query", "a browser's"])(
    "S1 S9 answers 401 on every route with a token: %s",
    async (kind) => {
      const own = await startTestServer(spyRouter(calls));
      const valid = own.tokens.create("someone");
      const revoked = own.tokens.create("left");
      own.tokens.revoke(revoked.id);
      const headers =
        {
          none: {},
          wrong: bearer("A".repeat(43)),
          revoked: bearer(revoked.text),
          "a browser's": bearer(own.tokens.create("browser").text),
        }[kind] ?? {};
      const query = kind === "in the query" ? `?token=${valid.text}&access_token=${valid.text}` : "";
      for (const { method, path } of all) {
        const body = method === "GET" ? undefined : "{}";
        // Slow enough not to be taken for a guesser, which is told something else.
        own.clock.advance(2000);
        const answer = await own.call(method, path + query, { ...json, ...headers }, body);
        expect([method, path, answer.status, answer.json.code]).toEqual([method, path, 401, "UNAUTHORIZED"]);
      }
      expect(routes.length).toBeGreaterThan(50);
      expect(calls).toEqual([]);
      await own.end();
    },
  );

  it("S1 has one open route, and it tells nothing", async () => {
    const answer = await test.call("GET", "/api/v1/health");
    expect([answer.status, answer.json]).toEqual([200, { status: "ok" }]);
    expect((await test.call("POST", "/api/v1/health", json, "{}")).status).toBe(401);
    expect((await test.call("GET", "/api/v1/health/")).status).toBe(401);
    expect((await test.call("GET", "/api/v1//health")).status).toBe(401);
  });

  it("answers routes that don't exist like the others: 401, then a 404 in JSON", async () => {
    expect((await test.call("GET", "/api/v1/nothing")).status).toBe(401);
    const answer = await test.known("GET", "/api/v1/nothing");
    expect([answer.status, answer.json.code, answer.headers["content-type"]]).toEqual([404, "NOT_FOUND", "application/json"]);
  });

  it("S11 asks who guesses to stay away, and serves who doesn't", async () => {
    const own = await startTestServer(spyRouter(calls));
    const statuses = [];
    for (let at = 0; at < 150; at += 1) statuses.push((await own.call("GET", "/api/v1/projects", bearer("B".repeat(43)))).status);
    expect(statuses.slice(0, 100).every((status) => status === 401)).toBe(true);
    expect(statuses.slice(100).every((status) => status === 429)).toBe(true);
    expect((await own.known("GET", "/api/v1/nothing")).status).toBe(404);
    expect(own.logged).toEqual(['{"event":"server.guessing","fields":{"peer":"127.0.0.1"}}']);
    await own.end();
  });

  it("S8 gives whoever was handed the cookie alone no socket, whatever Origin it claims", async () => {
    const { cookie } = await signIn();
    const other = await signIn();
    const own = test.server.url;
    expect(await upgrade({ origin: own, cookie })).toBe(401);
    expect(await upgrade({ origin: own, cookie }, "/ws", ["hearth", `csrf.${other.csrf}`])).toBe(401);
  });
});

describe("where calls come from", () => {
  it("S4 refuses other Hosts before it looks at anything else", async () => {
    const { text } = test.tokens.create("host");
    for (const host of ["evil.test", "localhost.:1", `0.0.0.0:${test.port}`, `[::1]:${test.port}`]) {
      expect((await test.call("GET", "/api/v1/projects", { ...bearer(text), host })).status).toBe(421);
      expect((await test.call("GET", "/", { host })).status).toBe(421);
    }
  });

  it("S4 refuses a request without a Host in its own words", async () => {
    const { text } = test.tokens.create("hostless");
    const socket = connect(test.port, "127.0.0.1");
    socket.end(`GET /api/v1/projects HTTP/1.1\r\nauthorization: Bearer ${text}\r\nconnection: close\r\n\r\n`);
    const answer = await consume(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
    expect(answer).toContain('"code":"HOST_REFUSED"');
    expect(calls).toEqual([]);
  });

  it("S3 never allows another origin, and never says so in CORS headers", async () => {
    const { text } = test.tokens.create("origin");
    for (const origin of ["http://localhost:3000", "null", "http://localhost.evil.test"]) {
      const answer = await test.call("GET", "/api/v1/health", { ...bearer(text), origin });
      expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
      expect((await test.call("OPTIONS", "/api/v1/projects", { origin, "access-control-request-method": "POST" })).status).toBe(
        403,
      );
    }
  });

  it("S6 refuses what a form could send, before anything runs", async () => {
    const { text } = test.tokens.create("form");
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", undefined]) {
      const headers = { ...bearer(text), ...(type ? { "content-type": type } : {}) };
      expect((await test.call("POST", "/api/v1/projects", headers, '{"path":"/tmp"}')).status).toBe(415);
      expect((await test.call("POST", "/api/v1/runs/x/cancel", headers)).status).toBe(415);
    }
    expect(calls).toEqual([]);
  });

  it("S5 gives a WebSocket only to our own page or to a token", async () => {
    const { cookie, csrf } = await signIn();
    const { text } = test.tokens.create("socket");
    const own = test.server.url;
    for (const origin of ["http://evil.test", "http://127.0.0.1:1", "null"]) {
      expect(await upgrade({ origin, cookie })).toBe(403);
      expect(await upgrade({ origin, ...bearer(text) })).toBe(403);
    }
    expect(await upgrade({ cookie })).toBe(403);
    expect(await upgrade({})).toBe(403);
    expect(await upgrade({ origin: own })).toBe(401);
    expect(await upgrade({ ...bearer("C".repeat(43)) })).toBe(401);
    expect(await upgrade({ origin: own, cookie: cookie.replace(/=.*/, "=nonsense") })).toBe(401);
    expect(await upgrade({ origin: own, cookie, host: "evil.test" })).toBe(421);
    expect(await upgrade({ ...bearer(text) }, "/other")).toBe(404);
    expect(await upgrade({ ...bearer(text) }, `/ws?token=${text}`)).toBe(404);
    expect(await upgrade({ origin: own, cookie }, "/ws", ["hearth", `csrf.${csrf}`])).toBe(101);
    expect(await upgrade(bearer(text))).toBe(101);
  });
});

describe("signing in with a browser", () => {
  it("S8 sets a cookie named after the port that scripts can't read, and wants a second value with each call", async () => {
    const { cookie, csrf, setCookie } = await signIn();
    expect(setCookie).toMatch(new RegExp(`^hearth-${test.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/; `));
    const page = { ...json, cookie, origin: test.server.url };
    expect((await test.call("GET", "/api/v1/nothing", { cookie })).status).toBe(401);
    expect((await test.call("GET", "/api/v1/nothing", { cookie, "x-hearth-csrf": "D".repeat(43) })).status).toBe(401);
    expect((await test.call("GET", "/api/v1/nothing", { cookie, "x-hearth-csrf": csrf })).status).toBe(404);
    expect((await test.call("POST", "/api/v1/nothing", page, "{}")).status).toBe(401);
    expect((await test.call("POST", "/api/v1/nothing", { ...page, "x-hearth-csrf": csrf }, "{}")).status).toBe(404);
    expect((await test.call("GET", "/api/v1/docs", { cookie })).status).toBe(200);
  });

  it("S9 takes a code once, and not after ten minutes", async () => {
    const exchange = (code: string) => test.call("POST", "/auth/exchange", json, JSON.stringify({ code }));
    const codeOf = (url: string) => new URL(url).hash.slice("#code=".length);
    const code = codeOf(test.server.signInUrl());
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange(code)).status).toBe(401);
    const late = codeOf(test.server.signInUrl());
    test.clock.advance(10 * 60_000 + 1);
    expect((await exchange(late)).status).toBe(401);
    expect((await exchange("guess")).status).toBe(401);
    expect(
      (await test.call("POST", "/auth/exchange", { "content-type": "text/plain" }, JSON.stringify({ code: late }))).status,
    ).toBe(415);
    expect((await test.call("GET", `/auth/exchange?code=${late}`)).status).toBe(404);
  });

  it("S9 keeps tokens and codes out of the log and the store", async () => {
    const own = await startTestServer(spyRouter([]));
    const { text } = own.tokens.create("someone");
    const code = new URL(own.server.signInUrl()).hash.slice("#code=".length);
    await own.call("GET", `/api/v1/projects?token=${text}`);
    await own.call("POST", "/auth/exchange", json, JSON.stringify({ code }));
    const { readFileSync, readdirSync } = await import("node:fs");
    const stored = readdirSync(`${own.folder}/data`)
      .map((name) => readFileSync(`${own.folder}/data/${name}`, "latin1"))
      .join("");
    for (const secret of [text, code]) expect(own.logged.join("") + stored).not.toContain(secret);
    await own.end();
  });

  it("gives a program with a token a fresh address for a browser, and nobody else", async () => {
    expect((await test.call("POST", "/auth/code", json, "{}")).status).toBe(401);
    const answer = await test.known("POST", "/auth/code", {});
    expect(answer.json.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]{43}$/);
  });

  it("a browser's cookie ends after thirty days", async () => {
    const { cookie, csrf } = await signIn();
    test.clock.advance(31 * 24 * 3_600_000);
    expect((await test.call("GET", "/api/v1/nothing", { cookie, "x-hearth-csrf": csrf })).status).toBe(401);
  });
});

describe("the page's files", () => {
  it("serves the page and its assets, to be kept or asked for again", async () => {
    const page = await test.call("GET", "/");
    expect([page.status, page.headers["content-type"], page.headers["cache-control"]]).toEqual([
      200,
      "text/html; charset=utf-8",
      "no-cache",
    ]);
    const asset = await test.call("GET", "/assets/app-abc123.js?x=1");
    expect([asset.status, asset.headers["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
    const head = await test.call("HEAD", "/index.html");
    expect([head.status, head.text]).toEqual([200, ""]);
  });

  it.each([
    "/../secret.html",
    "/..%2fsecret.html",
    "/%2e%2e/secret.html",
    "/assets/../../secret.html",
    "//secret.html",
    "//index.html",
    "/..\\secret.html",
    "/assets\\app-abc123.js",
    "/index.html%00.js",
    "/index.html/",
    "/link.html",
    "/assets",
    "/assets/",
    "/INDEX.HTML",
  ])("S13 answers %s with 404", async (target) => {
    const answer = await test.call("GET", target);
    expect([answer.status, answer.headers["x-content-type-options"]]).toEqual([404, "nosniff"]);
    expect(answer.text).not.toContain("secret");
  });

  it("S14 S9 sets strict headers on every answer", async () => {
    for (const [method, target] of [
      ["GET", "/"],
      ["GET", "/none"],
      ["GET", "/api/v1/health"],
      ["GET", "/api/v1/projects"],
      ["POST", "/auth/exchange"],
    ] as const) {
      const { headers } = await test.call(method, target);
      expect(headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/);
      expect(headers["content-security-policy"]).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
      });
    }
  });
});

describe("limits", () => {
  it("refuses a body that is too large or no JSON, and stays up", async () => {
    const { text } = test.tokens.create("large");
    const headers = { ...json, ...bearer(text) };
    const large = Buffer.alloc(33 * 1024 * 1024, 32);
    expect((await test.call("POST", "/api/v1/projects", { ...headers, "content-length": large.length })).status).toBe(413);
    expect((await test.call("POST", "/api/v1/projects", headers, "{")).json).toMatchObject({
      code: "INPUT_INVALID",
      status: 400,
    });
    expect((await test.call("GET", "/api/v1/health")).status).toBe(200);
    expect(calls).toEqual(["system.health"]);
  });

  it("R98 names a port that is taken, and leaves its holder alone", async () => {
    const holder = createServer((_request, response) => response.end("mine"));
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    const address = holder.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const options = {
      router: spyRouter([]),
      tokens: test.tokens,
      clock: test.clock,
      log: silentLog,
      version: "0",
      pageFolder: test.folder,
    };
    const started = await startLocalServer({ ...options, port });
    expect(started).toMatchObject({ ok: false, error: { code: "PORT_TAKEN" } });
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("mine");
    await new Promise((resolve) => holder.close(resolve));
    expect(await startLocalServer({ ...options, host: "0.0.0.0" })).toMatchObject({
      ok: false,
      error: { code: "HOST_NOT_LOOPBACK" },
    });
  });
});
