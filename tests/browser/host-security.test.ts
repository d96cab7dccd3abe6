import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import { startCanary, type Canary } from "../kit/canary.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";
import { processesOf } from "../kit/host.ts";

describe("the host, seen by a browser", () => {
  let office: Office;
  let desk: DeskPage;
  let canary: Canary;

  beforeAll(async () => {
    office = await openOffice();
  });
  afterAll(() => office?.close());
  beforeEach(async () => {
    canary = await startCanary("<!doctype html><title>elsewhere</title><p>elsewhere</p>");
    desk = await office.desk();
  });
  afterEach(async () => {
    await desk?.page.context().close();
    await canary?.close();
  });

  const sessions = () => office.host.api<unknown[]>("GET", `/projects/${office.project.id}/sessions`);
  const wsUrl = () => `${office.host.url.replace("http:", "ws:")}/ws`;
  /** Another page of the browser that is signed in. */
  async function elsewhere(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }
  /** How a page fares that opens Hearth's socket. */
  const tryWebSocket = (page: Page): Promise<string> =>
    page.evaluate(
      (url) =>
        new Promise<string>((resolve) => {
          const csrf = localStorage.getItem("hearth.csrf");
          const socket = new WebSocket(url, csrf ? ["hearth", `csrf.${csrf}`] : ["hearth"]);
          socket.onopen = () => resolve("open");
          socket.onerror = () => resolve("refused");
        }),
      wsUrl(),
    );

  it("S8 refuses a page on another port, though the browser sends it the cookie", async () => {
    const before = await sessions();
    const page = await elsewhere(desk.page.context(), canary.url);
    // What went over the wire, whatever the page was let see of it.
    const answers: { requestId: string; statusCode: number }[] = [];
    const asked = new Map<string, string>();
    const statuses = (): number[] =>
      answers.filter(({ requestId }) => asked.get(requestId)?.startsWith(office.host.url)).map(({ statusCode }) => statusCode);
    const cookies: string[] = [];
    const cdp = await desk.page.context().newCDPSession(page);
    cdp.on("Network.responseReceivedExtraInfo", (answer) => answers.push(answer));
    cdp.on("Network.requestWillBeSent", ({ requestId, request }) => asked.set(requestId, request.url));
    cdp.on("Network.requestWillBeSentExtraInfo", ({ headers }) => cookies.push(headers["Cookie"] ?? ""));
    await cdp.send("Network.enable");
    const read = await page.evaluate(
      async ({ base, projectId }) => {
        const get = `${base}/api/v1/projects`;
        const post = `${get}/${projectId}/sessions`;
        const body = JSON.stringify({ workingCopy: "worktree" });
        const attempt = (request: Promise<Response>): Promise<string> =>
          request.then(async (answer) => `${answer.type} ${await answer.text()}`).catch(() => "refused");
        const credentials = "include" as const;
        const method = "POST";
        return [
          await attempt(fetch(get, { credentials })),
          await attempt(fetch(get, { credentials, mode: "no-cors" })),
          await attempt(fetch(post, { method, credentials, mode: "no-cors", body })),
          await attempt(fetch(post, { method, credentials, body, headers: { "content-type": "application/json" } })),
          await attempt(fetch(`${base}/auth/code`, { method, credentials, mode: "no-cors", body: "{}" })),
        ];
      },
      { base: office.host.url, projectId: office.project.id },
    );
    for (const text of read) expect(["refused", "opaque "]).toContain(text);
    await until(() => statuses().length >= read.length, "the answers");
    expect(new Set(statuses())).toEqual(new Set([403]));
    // Ports don't part cookies: what refuses is the origin, not a missing credential.
    expect(cookies.some((cookie) => cookie.includes("hearth-"))).toBe(true);
    expect(await tryWebSocket(page)).toBe("refused");
    expect(await sessions()).toEqual(before);
    // The same from Hearth's own page goes.
    expect(await tryWebSocket(desk.page)).toBe("open");
  });

  it("S5 opens no socket for another origin, another name or none", async () => {
    const context = desk.page.context();
    expect(await tryWebSocket(await elsewhere(context, `http://localhost:${canary.port}`))).toBe("refused");
    const page = await elsewhere(context, canary.url);
    const inSandbox = await page.evaluate(
      (url) =>
        new Promise<string>((resolve) => {
          addEventListener("message", (event) => resolve(String(event.data)));
          const frame = document.createElement("iframe");
          frame.setAttribute("sandbox", "allow-scripts");
          frame.srcdoc = `<script>
            const socket = new WebSocket(${JSON.stringify(url)});
            socket.onopen = () => parent.postMessage(origin + " open", "*");
            socket.onerror = () => parent.postMessage(origin + " refused", "*");
          </script>`;
          document.body.append(frame);
        }),
      wsUrl(),
    );
    expect(inSandbox).toBe("null refused");
    // Nor for the right origin without a sign-in.
    const stranger = await office.browser.newContext();
    try {
      const unknown = await elsewhere(stranger, office.host.url);
      await unknown.getByText("hearth open").first().waitFor();
      expect(await tryWebSocket(unknown)).toBe("refused");
    } finally {
      await stranger.close();
    }
  });

  it("S14 can't be framed, loaded from or held on to by another page, and says so on every answer", async () => {
    const page = await elsewhere(desk.page.context(), canary.url);
    const asset = await desk.page.evaluate(() => document.querySelector<HTMLScriptElement>("script[src]")?.src ?? "");
    expect(asset).toContain("/assets/");
    for (const url of [`${office.host.url}/`, asset, `${office.host.url}/api/v1/projects`, `${office.host.url}/nothing`]) {
      const { headers } = await fetch(url);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy, url).toContain("frame-ancestors 'none'");
      expect(policy, url).toContain("default-src 'none'");
      expect(policy, url).not.toMatch(/script-src[^;]*(unsafe|\*|http)/);
      expect(headers.get("x-frame-options"), url).toBe("DENY");
      expect(headers.get("cross-origin-opener-policy"), url).toBe("same-origin");
      expect(headers.get("cross-origin-resource-policy"), url).toBe("same-origin");
      expect(headers.get("referrer-policy"), url).toBe("no-referrer");
      expect(headers.get("x-content-type-options"), url).toBe("nosniff");
    }
    await page.evaluate((url) => {
      const frame = document.createElement("iframe");
      frame.src = url;
      document.body.append(frame);
    }, `${office.host.url}/`);
    const frame = await until(() => page.frames().find((one) => one !== page.mainFrame() && one.url() !== ""), "the frame");
    await until(() => frame.url().startsWith("chrome-error:"), "the frame to be refused");

    const loaded = await page.evaluate(
      (src) =>
        new Promise<string>((resolve) => {
          const script = document.createElement("script");
          script.src = src;
          script.onload = () => resolve("loaded");
          script.onerror = () => resolve("refused");
          document.body.append(script);
        }),
      asset,
    );
    expect(loaded).toBe("refused");

    const opening = page.context().waitForEvent("page");
    await page.evaluate((url) => Object.assign(window, { held: window.open(url) }), `${office.host.url}/`);
    const opened = await opening;
    await opened.waitForLoadState();
    expect(await opened.evaluate(() => window.opener === null)).toBe(true);
    await until(() => page.evaluate(() => (window as unknown as { held: Window }).held.closed), "the handle to be cut off");
  });

  it("S9 leaves token, code and cookie nowhere but where they belong", async () => {
    const { at, page } = desk;
    const { host, place } = office;
    const context = await office.browser.newContext();
    const requests: string[] = [];
    context.on("request", (request) => requests.push(request.url()));
    try {
      const fresh = await context.newPage();
      const url = await host.signInUrl();
      const code = new URLSearchParams(new URL(url).hash.slice(1)).get("code") ?? "";
      expect(code.length).toBeGreaterThan(30);
      await fresh.goto(url);
      await fresh.getByRole("navigation", { name: "Projects and sessions" }).waitFor();

      // A whole run, with a child that could see its environment, and a way out of the page.
      await at.send(`say [the way out](${canary.url}/out)\nrun echo done`);
      await at.answer(/Run/, /^Allow once/);
      await at.idle();
      const opening = page.context().waitForEvent("page");
      await at.log.getByRole("link", { name: "the way out" }).last().click();
      await (await opening).waitForLoadState();
      const call = canary.calls.find((one) => one.url === "/out");
      expect(call?.headers.referer).toBeUndefined();

      const cookies = (await context.cookies()).filter(({ name }) => name.startsWith("hearth-"));
      expect(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toEqual([
        { name: `hearth-${new URL(host.url).port}`, httpOnly: true, sameSite: "Strict" },
      ]);
      const secrets = [host.token, code, ...cookies.map(({ value }) => value)];
      const holds = (text: string): boolean => secrets.some((secret) => text.includes(secret));

      const cdp = await context.newCDPSession(fresh);
      const { entries } = await cdp.send("Page.getNavigationHistory");
      expect(entries.map((entry) => entry.url).filter(holds)).toEqual([]);
      expect(requests.filter((address) => holds(address.split("#")[0] ?? ""))).toEqual([]);
      const kept = await fresh.evaluate(() =>
        JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
      );
      expect(holds(kept)).toBe(false);
      expect(await fresh.evaluate(async () => (await indexedDB.databases()).length + (await caches.keys()).length)).toBe(0);

      expect(holds(host.stderr())).toBe(false);
      const files = filesUnder(place.root);
      expect(files.some((file) => file.endsWith("hearth.log"))).toBe(true);
      expect(files.some((file) => /\.db$|\.sqlite$/.test(file))).toBe(true);
      const holding = files.filter((file) => holds(readFileSync(file, "latin1")));
      // How the command line finds the running host: one file, for its owner only.
      expect(holding.map((file) => path.basename(file))).toEqual(["host.json"]);
      expect(statSync(holding[0] ?? "").mode & 0o077).toBe(0);
      for (const { pid } of processesOf(place.home)) {
        const seen = readFileSync(`/proc/${pid}/environ`, "latin1") + readFileSync(`/proc/${pid}/cmdline`, "latin1");
        expect(holds(seen), `process ${pid}`).toBe(false);
      }

      // Neither is the code good twice, nor the token in an address.
      const second = await office.browser.newContext();
      try {
        const late = await second.newPage();
        await late.goto(url);
        await late.getByText("hearth open").first().waitFor();
        expect(late.url()).toBe(`${host.url}/`);
      } finally {
        await second.close();
      }
      expect((await fetch(`${host.url}/api/v1/projects?token=${host.token}`)).status).toBe(401);
    } finally {
      await context.close();
    }
  });
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
