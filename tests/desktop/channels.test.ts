import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { channels } from "../../electron/app/channels.ts";
import { until } from "../../electron/testing/until.ts";
import { makeHome, startDesktop, type Desktop, type Home } from "./desktop.ts";

let home: Home;
let desktop: Desktop;
let page: Page;

/** What a wish of each channel looks like when it is granted. */
const wishes: Record<string, unknown[]> = {
  [channels.connect]: [],
  [channels.pickFolder]: [],
  [channels.openExternal]: ["https://example.test/"],
  [channels.setBadge]: [4],
  [channels.notify]: [{ title: "t", body: "b", tabId: "c" }],
};

type Hands = { effects: string[]; thrown: string[] };

beforeAll(async () => {
  home = makeHome();
  desktop = await startDesktop(home);
  page = await desktop.page();
  await page.getByText("Practice").first().waitFor();
  await desktop.main(({ app, BrowserWindow, dialog, Notification, shell }) => {
    const hands: Hands = { effects: [], thrown: [] };
    (globalThis as unknown as { hands: Hands }).hands = hands;
    process.on("uncaughtException", (error) => hands.thrown.push(String(error)));
    process.on("unhandledRejection", (error) => hands.thrown.push(String(error)));
    const note = (name: string) => (): never => hands.effects.push(name) as never;
    shell.openExternal = note("openExternal");
    app.setBadgeCount = note("setBadge");
    dialog.showOpenDialog = () => {
      hands.effects.push("pickFolder");
      return Promise.resolve({ canceled: true, filePaths: [] });
    };
    Notification.prototype.show = note("notify");
    const [window] = BrowserWindow.getAllWindows();
    if (window) window.webContents.postMessage = note("connect");
  }, null);
});
beforeEach(() => desktop.main(() => void ((globalThis as unknown as { hands: Hands }).hands.effects.length = 0), null));
afterAll(async () => {
  await desktop.quit();
  home.remove();
});

const hands = (): Promise<Hands> => desktop.main(() => (globalThis as unknown as { hands: Hands }).hands, null);

type From =
  | "our page"
  | "a frame in our page"
  | "a foreign top frame"
  | "no frame"
  | "another window"
  | "our address in another window";
type Call = { channel: string; args: unknown[]; from: From };

/** Calls what listens on the channel as Electron would for a message from there; "refused" where it rejects. */
function call(wanted: Call): Promise<string> {
  return desktop.main(async ({ BrowserWindow, ipcMain }, { channel, args, from }) => {
    const [window, other] = BrowserWindow.getAllWindows().sort(
      (a, b) => Number(a.webContents.id ?? 0) - Number(b.webContents.id ?? 0),
    );
    if (!window) throw new Error("no window");
    const top = window.webContents.mainFrame;
    const frames: Record<typeof from, { sender: unknown; senderFrame: unknown }> = {
      "our page": { sender: window.webContents, senderFrame: top },
      "a frame in our page": { sender: window.webContents, senderFrame: { url: top.url, parent: top } },
      "a foreign top frame": {
        sender: window.webContents,
        senderFrame: { url: "app://hearth.evil.test/index.html", parent: null },
      },
      "no frame": { sender: window.webContents, senderFrame: null },
      "another window": { sender: other?.webContents, senderFrame: { url: "about:blank", parent: null } },
      "our address in another window": { sender: other?.webContents ?? {}, senderFrame: { url: top.url, parent: null } },
    };
    const event = { ...frames[from], ports: [], reply() {}, returnValue: undefined };
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, (event: unknown, ...args: unknown[]) => unknown> })
      ._invokeHandlers;
    const handler = handlers.get(channel);
    // JSON has no way to carry these into the process.
    const given = args.map((value) =>
      value === "%huge%"
        ? "x".repeat(50_000_000)
        : value === "%undefined%"
          ? undefined
          : value === "%function%"
            ? () => null
            : value === "%nan%"
              ? NaN
              : value === "%proto%"
                ? JSON.parse('{"__proto__":{"title":"t"},"title":"t","body":"b","tabId":"c"}')
                : value,
    );
    if (!handler) {
      ipcMain.emit(channel, event, ...given);
      return "heard";
    }
    try {
      await handler(event, ...given);
      return "answered";
    } catch {
      return "refused";
    }
  }, wanted);
}

const registered = (): Promise<string[]> =>
  desktop.main(({ ipcMain }) => {
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, unknown> })._invokeHandlers;
    return [...handlers.keys(), ...ipcMain.eventNames().map(String)].filter((name) => name.startsWith("hearth:")).sort();
  }, null);

describe("channels", () => {
  it("S25 listens on the known channels and no other", async () => {
    expect(await registered()).toEqual(Object.keys(wishes).sort());
  });

  it("S25 hears every channel from the top frame of our page in our window", async () => {
    for (const channel of await registered()) await call({ channel, args: wishes[channel] ?? [], from: "our page" });
    expect((await hands()).effects.sort()).toEqual(["connect", "notify", "openExternal", "pickFolder", "setBadge"]);
  });

  it.each<From>(["a frame in our page", "a foreign top frame", "no frame", "another window", "our address in another window"])(
    "S25 refuses every channel from %s",
    async (from) => {
      for (const channel of await registered()) {
        expect(await call({ channel, args: wishes[channel] ?? [], from })).not.toBe("answered");
      }
      expect(await hands()).toEqual({ effects: [], thrown: [] });
    },
  );

  it("S25 refuses every channel from a real second window at our own address", async () => {
    const preload = path.join(home.home, "thief.cjs");
    writeFileSync(
      preload,
      `const { contextBridge, ipcRenderer } = require("electron");
       contextBridge.exposeInMainWorld("thief", {
         send: (channel, args) => ipcRenderer.send(channel, ...args),
         invoke: (channel, args) => ipcRenderer.invoke(channel, ...args),
       });`,
    );
    const before = desktop.pages();
    await desktop.main(async ({ BrowserWindow }, file) => {
      const thief = new BrowserWindow({
        width: 400,
        height: 300,
        show: false,
        webPreferences: { preload: file, contextIsolation: true, sandbox: true },
      });
      await thief.loadURL("app://hearth/index.html");
    }, preload);
    const thief = await until(() => desktop.pages().find((one) => !before.includes(one) && one !== page), "the second window");
    await until(() => thief.evaluate(() => "thief" in window), "its preload");
    const outcomes = await thief.evaluate(async (all) => {
      const { send, invoke } = (
        window as unknown as {
          thief: {
            send: (channel: string, args: unknown[]) => void;
            invoke: (channel: string, args: unknown[]) => Promise<unknown>;
          };
        }
      ).thief;
      const results: string[] = [];
      for (const [channel, args] of Object.entries(all)) {
        send(channel, args);
        results.push(
          await invoke(channel, args).then(
            () => "answered",
            () => "refused",
          ),
        );
      }
      return results;
    }, wishes);
    expect(new Set(outcomes)).toEqual(new Set(["refused"]));
    expect((await hands()).effects).toEqual([]);
    await desktop.main(({ BrowserWindow }) => BrowserWindow.getAllWindows().at(-1)?.close(), null);
  });

  const junk: unknown[][] = [
    ["%undefined%"],
    [null],
    [true],
    [-1],
    [1.5],
    [1e99],
    ["%nan%"],
    [""],
    ["%huge%"],
    ["../../etc/passwd"],
    ["file:///etc/passwd"],
    ["/bin/sh"],
    [[]],
    [["https://example.test/"]],
    [{}],
    ["%proto%"],
    [{ toString: "x" }],
    [{ title: "t", body: "b", tabId: "c", extra: 1 }],
    [{ title: 1, body: "b", tabId: "c" }],
    [{ title: "t".repeat(201), body: "b", tabId: "c" }],
    ["%function%"],
    ["https://example.test/", "second"],
    [4, 4],
    [{ title: "t", body: "b", tabId: "c" }, null],
  ];

  it("S26 lets no malformed argument have an effect or throw in the shell", async () => {
    for (const channel of await registered()) {
      // Where nothing is expected, anything is too much; elsewhere, all but what the channel is for.
      for (const args of junk) await call({ channel, args, from: "our page" });
      if (wishes[channel]?.length !== 0) await call({ channel, args: [], from: "our page" });
    }
    const { effects, thrown } = await hands();
    expect(thrown).toEqual([]);
    expect(effects).toEqual([]);
    expect(await desktop.main(() => ({}) as { title?: string }, null)).toEqual({});
  });
});
