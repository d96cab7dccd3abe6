import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import { makeHome, startDesktop, type Desktop, type Home } from "./desktop.ts";

let home: Home;
let desktop: Desktop;
let page: Page;
let server: Server;
let port = 0;
const visited: string[] = [];

/** What the page has a hold of in the tests. */
type Bridge = { hearth: { openExternal(url: string): void } };

beforeAll(async () => {
  server = createServer((request, response) => {
    visited.push(`${request.headers.host}${request.url}`);
    response.end("<title>elsewhere</title>");
  }).listen(0, "127.0.0.1");
  await until(() => server.listening, "the server");
  port = (server.address() as AddressInfo).port;
  home = makeHome();
  desktop = await startDesktop(home, ["--host-resolver-rules=MAP *.test 127.0.0.1"]);
  page = await desktop.page();
  await page.getByText("Practice").first().waitFor();
  await desktop.main(({ BrowserWindow, shell }) => {
    const told = { opened: [] as string[], prevented: [] as string[] };
    (globalThis as unknown as { told: typeof told }).told = told;
    shell.openExternal = (url) => {
      told.opened.push(url);
      return Promise.resolve();
    };
    // Heard after the guards.
    BrowserWindow.getAllWindows()[0]?.webContents.on("will-frame-navigate", (event) => told.prevented.push(event.url));
  }, null);
  await page.evaluate(() => ((window as { here?: boolean }).here = true));
});
beforeEach(() =>
  desktop.main(() => void ((globalThis as unknown as { told: { opened: string[] } }).told.opened.length = 0), null),
);
afterAll(async () => {
  await desktop.quit();
  server.close();
  home.remove();
});

const told = (): Promise<{ opened: string[]; prevented: string[] }> =>
  desktop.main(() => (globalThis as unknown as { told: { opened: string[]; prevented: string[] } }).told, null);

/** A link that goes nowhere else is handed over after everything before it was. */
async function flush(): Promise<string[]> {
  const last = "https://example.test/last";
  await page.evaluate((url) => (window as unknown as Bridge).hearth.openExternal(url), last);
  return until(async () => {
    const { opened } = await told();
    return opened.includes(last) ? opened.filter((url) => url !== last) : null;
  }, "the last address");
}

const addresses = (): string[] => [
  `http://localhost.evil.test:${port}/`,
  `http://localhost@evil.test:${port}/`,
  `http://127.0.0.1:${port}/`,
  "file:///etc/passwd",
  "data:text/html,<title>data</title>",
  "javascript:window.pwned=1",
  "app://evil/index.html",
  "app://hearth.evil.test/",
  "app://hearth@evil.test/",
  "vscode://file/x",
  "about:blank",
  "chrome://version",
];

async function stillHere(): Promise<void> {
  expect(
    await page.evaluate(() => ({ here: (window as { here?: boolean }).here, pwned: "pwned" in window, title: document.title })),
  ).toMatchObject({
    here: true,
    pwned: false,
  });
  expect(new URL(page.url()).pathname).toBe("/index.html");
  expect(visited).toEqual([]);
  expect(desktop.pages()).toEqual([page]);
}

describe("ways out of the page", () => {
  it("S27 stays on our page whatever address is assigned", async () => {
    for (const address of addresses()) {
      await page.evaluate((url) => {
        location.href = url;
      }, address);
      await flush();
      await stillHere();
    }
    const { prevented } = await told();
    expect(prevented).toContain(`http://localhost.evil.test:${port}/`);
  });

  it("S27 stays on our page when it is sent to a blob of its own", async () => {
    await page.evaluate(() => {
      location.href = URL.createObjectURL(new Blob(["<title>blob</title>"], { type: "text/html" }));
    });
    await flush();
    await stillHere();
  });

  it("S27 opens no window, and hands only addresses for the browser to the system", async () => {
    for (const address of addresses()) {
      await page.evaluate((url) => void window.open(url), address);
      await page.evaluate((url) => {
        const link = Object.assign(document.createElement("a"), { href: url, target: "_blank" });
        document.body.append(link);
        link.click();
        link.remove();
      }, address);
    }
    await until(async () => (await told()).opened.length >= 4, "the addresses for the browser");
    expect(new Set(await flush())).toEqual(new Set([`http://localhost.evil.test:${port}/`, `http://127.0.0.1:${port}/`]));
    await stillHere();
  });

  it("S27 loads nothing foreign into a frame and submits no form elsewhere", async () => {
    await page.evaluate((url) => {
      for (const src of [url, "app://hearth/index.html", "data:text/html,x"]) {
        document.body.append(Object.assign(document.createElement("iframe"), { src, className: "test" }));
      }
      const form = Object.assign(document.createElement("form"), { action: url, method: "post" });
      document.body.append(form);
      form.submit();
      form.remove();
    }, `http://localhost.evil.test:${port}/`);
    await flush();
    await stillHere();
    await page.evaluate(() => document.querySelectorAll("iframe.test").forEach((frame) => frame.remove()));
  });

  it("S28 hands http, https and mailto to the system and nothing else", async () => {
    const bad = [
      "file:///etc/passwd",
      "FiLe:///etc/passwd",
      "smb://host/share",
      "\\\\host\\share",
      "file://host/share",
      "ms-msdt:/id",
      "search-ms:query=x",
      "vscode://x",
      "ssh://host",
      "javascript:alert(1)",
      "\u0001https://example.test/",
      " file:///x",
      "https://user@evil.test/",
      "relative/path",
      "//host/x",
    ];
    const good = ["https://example.test/a?b=c#d", "http://127.0.0.1:8080/", "mailto:someone@example.test"];
    await page.evaluate(
      (urls) => urls.forEach((url) => (window as unknown as Bridge).hearth.openExternal(url)),
      [...bad, ...good],
    );
    expect(await flush()).toEqual(good);
  });

  it("S30 grants writing to the clipboard and nothing else", async () => {
    await page.bringToFront();
    const states = await page.evaluate(async () => {
      const outcome = (work: Promise<unknown>): Promise<string> =>
        work.then(
          () => "granted",
          (error: Error) => error.name,
        );
      return {
        camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
        microphone: await outcome(navigator.mediaDevices.getUserMedia({ audio: true })),
        place: await new Promise<string>((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve("granted"),
            (error) => resolve(error.code === error.PERMISSION_DENIED ? "denied" : error.message),
          ),
        ),
        notes: await Notification.requestPermission(),
        clipboardRead: await outcome(navigator.clipboard.readText()),
        clipboardWrite: await outcome(navigator.clipboard.writeText("copied")),
        midi: await outcome(navigator.requestMIDIAccess()),
        usb: await (navigator as unknown as { usb: { getDevices(): Promise<unknown[]> } }).usb
          .getDevices()
          .then((devices) => devices.length),
      };
    });
    expect(states).toMatchObject({
      place: "denied",
      notes: "denied",
      clipboardRead: "NotAllowedError",
      clipboardWrite: "granted",
      midi: "NotAllowedError",
      usb: 0,
    });
    // Where there is no camera, that is what is said first.
    expect(["NotAllowedError", "NotFoundError"]).toEqual(expect.arrayContaining([states.camera, states.microphone]));
  });
});
