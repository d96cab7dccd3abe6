import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandList } from "../../shared/commands.ts";
import { until } from "../../electron/testing/until.ts";
import { electronProgram, makeHome, root, startDesktop, type Desktop, type Home } from "./desktop.ts";

let home: Home;
let desktop: Desktop;
let page: Page;

beforeAll(async () => {
  home = makeHome();
  desktop = await startDesktop(home);
  page = await desktop.page();
});
afterAll(async () => {
  await desktop.quit();
  home.remove();
});

describe("the built shell", () => {
  it("opens the built page, which shows the core's first answer over its port", async () => {
    await page.getByText("Practice").first().waitFor();
    await page.getByText("Start the first session").waitFor();
    expect(await page.title()).toContain("Hearth");
  });

  it("S23 gives every page a sandbox, and no frame anything of Node's", async () => {
    const preferences = await desktop.main(
      // In Electron's program, but not in its types.
      ({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) =>
          (window.webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences(),
        ),
      null,
    );
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    });
    const seen = await page.evaluate(() => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      const names = [
        "require",
        "process",
        "module",
        "Buffer",
        "global",
        "ipcRenderer",
        "contextBridge",
        "standInShell",
        "standInDeliver",
      ];
      const of = (view: Window & typeof globalThis): string[] => names.filter((name) => name in view);
      const inner = frame.contentWindow as (Window & typeof globalThis) | null;
      const result = {
        top: of(window),
        frame: inner ? of(inner) : ["no frame"],
        bridgeInFrame: inner !== null && "hearth" in inner,
      };
      frame.remove();
      return result;
    });
    expect(seen).toEqual({ top: [], frame: [], bridgeInFrame: false });
  });

  it("S24 exposes named functions only, none of which leads out of the page's world", async () => {
    const bridge = await page.evaluate(() => {
      const hearth = (window as unknown as { hearth: Record<string, unknown> }).hearth;
      const reach = Object.values(hearth).flatMap((value) =>
        typeof value === "function"
          ? [
              String((value.constructor as (code: string) => unknown) === Function),
              String(Object.getPrototypeOf(value) === Function.prototype),
            ]
          : [],
      );
      let frozen = false;
      try {
        hearth["connect"] = null;
        frozen = typeof hearth["connect"] === "function";
      } catch {
        frozen = true;
      }
      return { names: Object.keys(hearth).sort(), own: reach.every((is) => is === "true"), frozen, platform: hearth["platform"] };
    });
    expect(bridge).toEqual({
      names: ["connect", "notify", "onCommand", "onFocusTab", "openExternal", "pickFolder", "platform", "setBadge"],
      own: true,
      frozen: true,
      platform: process.platform,
    });
  });

  it("S24 takes no channel from the page: an argument that names one is only a value", async () => {
    await desktop.main(({ ipcMain }) => {
      const heard: string[] = [];
      (globalThis as { heard?: string[] }).heard = heard;
      for (const name of ["evil", "shell:exec", "hearth:port"]) ipcMain.on(name, () => heard.push(name));
    }, null);
    await page.evaluate(async () => {
      const hearth = (window as unknown as { hearth: Record<string, (...args: unknown[]) => unknown> }).hearth;
      for (const name of ["evil", "shell:exec", "hearth:port"]) {
        for (const wish of ["openExternal", "setBadge"]) hearth[wish]?.(name, name);
        hearth["onCommand"]?.(() => null, name);
      }
      // Ordered after all of the above.
      await hearth["connect"]?.();
    });
    expect(await desktop.main(() => (globalThis as { heard?: string[] }).heard, null)).toEqual([]);
  });

  it("S31 serves the page under a policy that lets in nothing from elsewhere", async () => {
    const header = await page.evaluate(async () => (await fetch("/index.html")).headers.get("content-security-policy") ?? "");
    const policy = Object.fromEntries(header.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]));
    expect(policy).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self'",
      "object-src": "'none'",
      "base-uri": "'none'",
      "frame-ancestors": "'none'",
      "form-action": "'none'",
      "connect-src": "'self'",
      "img-src": "'self' data: blob:",
      "font-src": "'self'",
    });
    expect(header).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(
      await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "window.pwned = true";
        document.head.append(script);
        script.remove();
        return "pwned" in window;
      }),
    ).toBe(false);
  });

  it.each([
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/assets/..%5c..%5cpackage.json",
    "//etc/passwd",
    "/../main/main.js",
    "/..%2fmain%2fmain.js",
    "/assets",
    "/assets/",
    "/index.html%00.js",
    "/index.html/",
    "/INDEX.HTML/../x",
  ])("S32 answers 404 to %s", async (address) => {
    expect(await page.evaluate(async (given) => (await fetch(location.origin + given)).status, address)).toBe(404);
    expect(await page.evaluate(async () => (await fetch("/index.html")).status)).toBe(200);
  });

  it("S32 has no way to read a file: address", async () => {
    const read = await page.evaluate(async () => {
      try {
        return (await fetch("file:///etc/passwd")).status;
      } catch (error) {
        return String(error);
      }
    });
    expect(read).toContain("TypeError");
  });

  it("S32 leaves links out of what it serves", async () => {
    const copy = path.join(home.home, "product");
    mkdirSync(copy);
    cpSync(path.join(root, "out"), path.join(copy, "out"), { recursive: true });
    cpSync(path.join(root, "package.json"), path.join(copy, "package.json"));
    symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
    writeFileSync(path.join(home.home, "secret.json"), "{}");
    symlinkSync(path.join(home.home, "secret.json"), path.join(copy, "out/renderer/secret.json"));
    symlinkSync(home.home, path.join(copy, "out/renderer/folder"));
    writeFileSync(path.join(copy, "out/renderer/plain.json"), "{}");
    const other = makeHome();
    const served = await startDesktop(other, [], copy);
    try {
      const statuses = await (
        await served.page()
      ).evaluate(async () =>
        Promise.all(["/plain.json", "/secret.json", "/folder/secret.json"].map(async (file) => (await fetch(file)).status)),
      );
      expect(statuses).toEqual([200, 404, 404]);
    } finally {
      await served.quit();
      other.remove();
    }
  });

  it("has every command in the menu, shows keys and takes none", async () => {
    const ids: readonly string[] = commandList.map((command) => command.id);
    const items = await desktop.main(({ Menu }, wanted) => {
      const menu = Menu.getApplicationMenu();
      return wanted.map((id) => {
        const item = menu?.getMenuItemById(id);
        return item ? { id, taken: item.accelerator !== undefined && item.registerAccelerator } : { id, taken: null };
      });
    }, ids);
    expect(items).toEqual(ids.map((id) => ({ id, taken: false })));
  });

  it("runs in the page what was chosen in the menu", async () => {
    await desktop.main(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById("palette.open")?.click(), null);
    await page.getByRole("combobox", { name: "Search commands, sessions and projects" }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("answers the page's folder dialog", async () => {
    await desktop.main(({ dialog }) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: ["/chosen/folder"] });
    }, null);
    expect(
      await page.evaluate(() => (window as unknown as { hearth: { pickFolder(): Promise<string> } }).hearth.pickFolder()),
    ).toBe("/chosen/folder");
  });

  it.skipIf(electronProgram)(
    "shows a note, counts on the badge, and brings the chat of a clicked note to the front",
    async () => {
      await page.evaluate(() => {
        const hearth = (
          window as unknown as {
            hearth: { notify(note: object): void; setBadge(count: number): void; onFocusTab(on: (id: string) => void): void };
          }
        ).hearth;
        hearth.onFocusTab((id) => ((window as { focused?: string }).focused = id));
        hearth.setBadge(3);
        hearth.notify({ title: "Waiting", body: "A permission", tabId: "chat-7" });
      });
      await until(() => desktop.main(({ Notification }) => Notification.shown.length === 1, null), "the note");
      expect(await desktop.main(({ app }) => app.badge, null)).toBe(3);
      const focused = await desktop.main(({ Notification, BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.minimize();
        Notification.shown[0]?.emit("click");
        return window?.isFocused() === true && !window.isMinimized();
      }, null);
      expect(focused).toBe(true);
      await until(() => page.evaluate(() => (window as { focused?: string }).focused === "chat-7"), "the chat");
    },
  );
});
