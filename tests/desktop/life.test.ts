import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTempPlace, type TempPlace } from "../../electron/testing/temp-repo.ts";
import { until } from "../../electron/testing/until.ts";
import { processesOf, startHost } from "../kit/host.ts";
import { atPage, beginAtFirstPage } from "../kit/page.ts";
import { electronProgram, makeHome, startAndEnd, startDesktop, type Desktop, type Home } from "./desktop.ts";

let home: Home;
let place: TempPlace;
let running: Desktop[] = [];

beforeEach(() => {
  home = makeHome();
  place = createTempPlace();
  running = [];
});
afterEach(async ({ task }) => {
  // What the page showed when a test failed is the first thing to look at.
  if (task.result?.state === "fail") {
    for (const page of running.flatMap((desktop) => desktop.pages()))
      console.error(await page.locator("body").innerText().catch(String));
  }
  for (const desktop of running) await desktop.quit();
  await until(() => expect(processesOf(home.home)).toEqual([]) ?? true, "every process to be gone");
  home.remove();
  place.dispose();
});

async function start(args: string[] = []): Promise<Desktop> {
  const desktop = await startDesktop(home, args);
  running.push(desktop);
  return desktop;
}

/** The core's process: in Electron a utility process, whose command line is Chromium's. */
function corePids(): number[] {
  return processesOf(home.home)
    .filter(({ command }) => command.includes("out/main/child.js") || command.includes("node.mojom.NodeService"))
    .map(({ pid }) => pid);
}

const practiceAgents = (): { pid: number }[] =>
  processesOf(home.home).filter(({ command }) => command.includes("practice-agent.js"));

/** A session whose practice agent is at work and won't end by itself: it asks and waits for the answer. */
async function openBusySession(page: Page): Promise<void> {
  const at = atPage(page);
  page.setDefaultTimeout(60_000);
  const repo = await place.repository("shop", { "cart.ts": "export const total = 1;\n" });
  await page.getByText("Practice").first().waitFor();
  await beginAtFirstPage(at, repo);
  await at.choose("Agent", "Practice");
  await at.send("ask Which branch? Main | Next");
  await at.log.getByRole("radio", { name: "Next" }).waitFor();
  expect(practiceAgents().length).toBeGreaterThan(0);
}

describe("the desktop's life", () => {
  it("ends with everything it started when it is asked to", async () => {
    const desktop = await start();
    await (await desktop.page()).getByText("Practice").first().waitFor();
    expect(corePids()).toHaveLength(1);
    desktop.kill("SIGTERM");
    expect(await desktop.ended, desktop.stderr()).toBe(0);
    await until(() => processesOf(home.home).length === 0, "every process to be gone");
  });

  it("closes with its window: a waiting run is settled and its agent gone within the limit", async () => {
    const desktop = await start();
    await openBusySession(await desktop.page());
    await desktop.main(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close(), null);
    expect(await desktop.ended, desktop.stderr()).toBe(0);
    await until(() => processesOf(home.home).length === 0, "every process to be gone");
    const again = await start();
    const page = await again.page();
    await page.getByRole("navigation", { name: "Projects and sessions" }).waitFor();
    expect(practiceAgents()).toEqual([]);
  });

  it("leaves no core and no agent behind when the shell itself is killed", async () => {
    const desktop = await start();
    await openBusySession(await desktop.page());
    const [core] = corePids();
    desktop.kill("SIGKILL");
    await desktop.ended;
    await until(() => corePids().length === 0 && practiceAgents().length === 0, "core and agents to be gone");
    expect(core).toBeGreaterThan(0);
    await until(() => processesOf(home.home).length === 0, "Chromium to be gone");
  });

  it("starts a killed core again, and the page goes on with it", async () => {
    const desktop = await start();
    const page = await desktop.page();
    await page.getByText("Practice").first().waitFor();
    const [first] = corePids();
    const noticed = page.getByText("Reconnecting…").waitFor();
    process.kill(first ?? 0, "SIGKILL");
    await noticed;
    await until(() => corePids().some((pid) => pid !== first), "another core");
    await page.getByText("Reconnecting…").waitFor({ state: "hidden" });
    // What is wrong with a folder only the core can tell.
    await page.getByRole("textbox", { name: "Folder" }).fill(path.join(home.home, "nowhere"));
    await page.getByRole("button", { name: "Start the first session" }).click();
    await page
      .getByRole("alert")
      .or(page.getByText(/nowhere|no such|doesn.t exist|isn.t there|not a folder/i))
      .first()
      .waitFor();
  });

  it.skipIf(electronProgram)("stops starting a core that dies again and again, and asks", async () => {
    const desktop = await start();
    await desktop.page();
    const killed = new Set<number>();
    await until(
      async () => {
        for (const pid of corePids()) {
          killed.add(pid);
          process.kill(pid, "SIGKILL");
        }
        return desktop.main(({ dialog }) => dialog.asked.length > 0, null);
      },
      "the dialog",
      60_000,
    );
    expect(killed.size).toBe(6);
    const asked = await desktop.main(({ dialog }) => dialog.asked.map(({ options }) => options), null);
    expect(asked).toMatchObject([{ message: "Hearth can't go on", buttons: ["Try again", "Quit"] }]);
    await desktop.main(({ dialog }) => dialog.asked[0]?.answer({ response: 0 }), null);
    await (await desktop.page()).getByText("Practice").first().waitFor();
    await until(() => corePids().length === 1, "the core that was asked for");
  });

  it("S35 a second start with arguments only brings the window to the front", async () => {
    const desktop = await start();
    const page = await desktop.page();
    await page.getByText("Practice").first().waitFor();
    await desktop.main(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize(), null);
    expect(await startAndEnd(home, ["hearth://open?repo=/etc&prompt=--settings=x", "--prompt=rm -rf /", "run", "/etc"])).toBe(0);
    await until(
      () => desktop.main(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() === false, null),
      "the window to come back",
    );
    expect(desktop.pages()).toHaveLength(1);
    expect(corePids()).toHaveLength(1);
    await page.getByText("Start the first session").waitFor();
    expect(practiceAgents()).toEqual([]);
  });

  it.skipIf(electronProgram)("offers the running Hearth in the browser when the data is in use", async () => {
    const { HOME = "", ...others } = home.env;
    const host = await startHost({ env: { HOME, ...others } });
    try {
      const desktop = await start();
      const asked = await until(async () => {
        const [dialog] = await desktop.main(({ dialog: all }) => all.asked.map(({ options }) => options), null);
        return dialog;
      }, "the dialog");
      expect(asked).toMatchObject({
        message: "Hearth is already running",
        buttons: ["Open in the browser", "Try again", "Quit"],
      });
      const opened = desktop.main(({ dialog, shell }) => {
        dialog.asked[0]?.answer({ response: 0 });
        return new Promise<string>((resolve) => {
          shell.openExternal = (url) => {
            resolve(url);
            return Promise.resolve();
          };
        });
      }, null);
      expect((await opened).startsWith(`${host.url}/#code=`)).toBe(true);
      expect(await desktop.ended, desktop.stderr()).toBe(0);
      expect((await fetch(`${host.url}/api/v1/health`)).status).toBeLessThan(500);
    } finally {
      await host.stop();
    }
  });

  it("opens where it was closed, and at its usual size when no screen shows that place", async () => {
    const first = await start();
    await first.page();
    await first.main(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 120, y: 90, width: 900, height: 700 }),
      null,
    );
    await first.quit();
    const state = path.join(home.dataDir, "desktop/window-state.json");
    expect(existsSync(state) && JSON.parse(readFileSync(state, "utf8"))).toMatchObject({ bounds: { width: 900, height: 700 } });
    const second = await start();
    await second.page();
    const bounds = await second.main(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds(), null);
    expect(bounds).toMatchObject({ x: 120, y: 90, width: 900, height: 700 });
  });
});
