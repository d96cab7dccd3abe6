import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import { desktopSize, launchBrowser, openPage, phoneSize } from "./browser.ts";
import { now, sampleState, startFakeCore, type FakeCore } from "./fake-core.ts";

let browser: Browser;
let core: FakeCore;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  core = await startFakeCore(sampleState());
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await core.close();
});

async function openSession(size = desktopSize): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser, core.url, size);
  const { page } = opened;
  if (size.width < 600) await page.getByRole("button", { name: "Projects and sessions" }).click();
  await row(page, "cart rounding").click();
  await page.getByRole("tablist", { name: "Tabs" }).first().waitFor();
  // Until it has the keys, the session that opens may still take them from what a test focuses.
  if (size.width >= 600) await page.locator("[data-composer]:focus").waitFor();
  return opened;
}

/** A session's line in the sidebar; its title stands in the title bar too. */
const row = (page: Page, title: string) => page.locator("[data-session-row]").filter({ hasText: title });
const strips = (page: Page) => page.getByRole("tablist", { name: "Tabs" });
/** The tabs of each pane, by what stands on them. */
const panes = async (page: Page): Promise<string[][]> => {
  const all: string[][] = [];
  for (const strip of await strips(page).all())
    all.push((await strip.getByRole("tab").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ").trim()));
  return all;
};
const untilPanes = (page: Page, wanted: string[][]) =>
  until(async () => expect(await panes(page)).toEqual(wanted) ?? true, `panes ${JSON.stringify(wanted)}`);

describe("frame", () => {
  it("S9 takes the one-time code out of the address", async () => {
    const { page, complaints } = await openPage(browser, `${core.url}/#code=secret`);
    await page.getByRole("navigation", { name: "Projects and sessions" }).waitFor();
    expect(page.url()).toBe(`${core.url}/`);
    await page.goBack().catch(() => null);
    expect(page.url()).not.toContain("secret");
    expect(complaints.filter((text) => !text.includes("[::1]"))).toEqual([]);
  });

  it("opens a session with its chat left and its changes right, and keeps the panes over a reload", async () => {
    const { page } = await openSession();
    await untilPanes(page, [["Chat 1 Round totals"], ["Changes 4"]]);
    await page.keyboard.press("Control+Shift+Backslash");
    await until(async () => (await strips(page).count()) === 3, "the third pane");
    await until(() => JSON.stringify(core.layouts.get("s1") ?? "").split('"kind":"pane"').length === 4, "the layout to be saved");
    await page.reload();
    await until(async () => (await strips(page).count()) === 3, "the third pane after the reload");
  });

  it("opens a session ready to be written to, and takes no focus from who has turned elsewhere meanwhile", async () => {
    const { page } = await openSession();
    await page.locator("[data-composer]:focus").waitFor();

    const other = (await openPage(browser, core.url)).page;
    await row(other, "flaky test").waitFor();
    // In one go, as a quick hand would before the chat is drawn.
    await other.evaluate(() => {
      const row = [...document.querySelectorAll<HTMLElement>("[data-session-row]")].find(({ textContent }) =>
        textContent.includes("flaky test"),
      );
      const search = document.querySelector<HTMLElement>("input[type=search]");
      row?.click();
      search?.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
      search?.focus();
    });
    await other.getByRole("heading", { name: /flaky test/ }).waitFor();
    await other.locator("[data-composer]").waitFor();
    await other.evaluate(async () => {
      for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    expect(await other.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("search");
  });

  it("begins a fresh window with the last session, below what was opened over it meanwhile", async () => {
    const [first, second] = core.state.sessions;
    if (!first || !second) throw new Error("no sessions");
    core.state.sessions = [first, { ...second, updatedAt: new Date(Date.parse(now) + 60_000).toISOString() }];
    const { page } = await openPage(browser, core.url);
    await page.getByRole("heading", { name: /flaky test/ }).waitFor();
    await page.locator("[data-composer]:focus").waitFor();

    const returning = await page.context().newPage();
    await page.evaluate(() => localStorage.setItem("hearth.session", "of a session that is gone"));
    await returning.goto(core.url);
    await returning.getByRole("heading", { name: /flaky test/ }).waitFor();

    const phone = (await openPage(browser, core.url, phoneSize)).page;
    await phone.getByRole("button", { name: "Projects and sessions" }).tap();
    await row(phone, "flaky test").and(phone.locator("[aria-current=page]")).waitFor();
  });

  it("gives the keys to the composer by a click or Enter on the row of the session that is open", async () => {
    const { page } = await openSession();
    const composer = page.locator("[data-composer]:focus");
    await composer.waitFor();
    await row(page, "cart rounding").click();
    await composer.waitFor();
    await row(page, "cart rounding").focus();
    await page.keyboard.press("Enter");
    await composer.waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("new chat");
    await page.keyboard.press("Enter");
    await until(async () => (await panes(page))[0]?.length === 2, "the new chat");
    await composer.waitFor();
  });

  it("closes, reopens and walks tabs by keyboard", async () => {
    const { page } = await openSession();
    await page.keyboard.press("Control+Shift+L");
    await until(async () => (await panes(page))[0]?.length === 2, "the new chat");
    await page.keyboard.press("Control+1");
    await until(
      async () => (await page.getByRole("tab", { selected: true }).first().innerText()).includes("Round totals"),
      "the first tab",
    );
    await page.keyboard.press("Control+Shift+X");
    await until(async () => (await panes(page))[0]?.length === 1, "the tab to close");
    await page.keyboard.press("Control+Shift+Y");
    await until(async () => (await panes(page))[0]?.[0] === "Chat 1 Round totals", "the tab to come back to its place");
  });

  it("splits a pane where a tab is dropped at its edge", async () => {
    const { page } = await openSession();
    await page.keyboard.press("Control+Shift+L");
    await until(async () => (await panes(page))[0]?.length === 2, "the new chat");
    const tab = strips(page).first().getByRole("tab").last();
    const from = await tab.boundingBox();
    if (!from) throw new Error("The tab isn't drawn");
    await page.mouse.move(from.x + 20, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(from.x + 60, from.y + 200, { steps: 4 });
    await page.mouse.move(500, 740, { steps: 6 });
    await page.mouse.move(502, 745);
    await page.mouse.up();
    await until(async () => (await strips(page).count()) === 3, "the split");
  });

  it("moves a divider by keyboard, and evens it out by a double click", async () => {
    const { page } = await openSession();
    const divider = page.getByRole("separator", { name: "Width of the panes" });
    const before = Number(await divider.getAttribute("aria-valuenow"));
    await divider.focus();
    await page.keyboard.press("ArrowLeft");
    await until(async () => Number(await divider.getAttribute("aria-valuenow")) === before - 2, "the divider to move");
    await divider.dblclick();
    await until(async () => (await divider.getAttribute("aria-valuenow")) === "50", "equal panes");
  });

  it("finds commands and sessions in the palette", async () => {
    const { page } = await openSession();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search commands, sessions and projects" }).fill("flaky");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /flaky test/ }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search commands, sessions and projects" }).fill("fold sidebar");
    await page.keyboard.press("Enter");
    await until(() => core.calls.some(({ verb }) => verb === "settings.patch"), "the sidebar to fold");
    await page.getByRole("navigation", { name: "Projects and sessions" }).waitFor({ state: "detached" });
  });

  it("leaves the keys to the palette that was opened while a session was on its way", async () => {
    const { page } = await openSession();
    const layout = Promise.withResolvers<null>();
    core.layouts.set("s2", layout.promise);
    const search = page.getByRole("combobox", { name: "Search commands, sessions and projects" });
    await page.keyboard.press("Control+k");
    await search.fill("flaky");
    await page.keyboard.press("Enter");
    await page.locator("[data-composer]").waitFor({ state: "detached" });
    await search.waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await search.waitFor();
    layout.resolve(null);
    await page.locator("[data-composer]").waitFor();
    await page.evaluate(async () => {
      for (let frame = 0; frame < 5; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    expect(await page.evaluate(() => document.activeElement?.role)).toBe("combobox");
  });

  it("says that it reconnects, goes on showing what it has, and follows again", async () => {
    const { page } = await openSession();
    core.drop();
    await page.getByText("Reconnecting…").waitFor();
    expect(await row(page, "flaky test").isVisible()).toBe(true);
    await until(async () => (await page.getByText("Reconnecting…").count()) === 0, "the connection");
    const session = core.state.sessions[1];
    if (!session) throw new Error("no session");
    // Subscribed anew: what happens after the break arrives too.
    await until(async () => {
      core.emit({ type: "session", session: { ...session, title: "renamed" } });
      return (await row(page, "renamed").count()) > 0;
    }, "news after the break");
  });

  it("shows processes on a phone by command, and stops each but Hearth itself", async () => {
    const one = { kind: "agent" as const, startedAt: now, memoryBytes: 1_500_000_000, cpuPercent: 120 };
    core.processes.push(
      { ...one, pid: 10, kind: "core", label: "Hearth", sessionIds: [], unproved: false },
      { ...one, pid: 11, label: "Claude Code", sessionIds: ["s1"], unproved: false },
      { ...one, pid: 12, label: "An agent of a name too long for any screen", sessionIds: [], unproved: true },
    );
    const { page } = await openSession(phoneSize);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("show processes");
    await page.keyboard.press("Enter");
    const processes = page.getByRole("main", { name: "Processes" });
    await processes.getByText(/can’t be proved/).waitFor();
    const stops = processes.getByRole("table").getByRole("button", { name: /^Stop / });
    expect(await stops.count()).toBe(2);
    const stop = stops.last();
    expect((await stop.boundingBox())?.x).toBeLessThan(phoneSize.width - 40);
    await stop.click();
    await until(() => core.calls.some(({ verb }) => verb === "system.endProcess"), "the call");
    expect(core.calls.filter(({ verb }) => verb === "system.endProcess")).toEqual([
      { verb: "system.endProcess", input: { pid: 12 } },
    ]);
  });

  it("shows one pane on a phone, with everything in reach and nothing wider than the screen", async () => {
    const { page } = await openSession(phoneSize);
    await untilPanes(page, [["Chat 1 Round totals", "Changes 4"]]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phoneSize.width);
    await page.getByRole("button", { name: "Projects and sessions" }).tap();
    await row(page, "flaky test").tap();
    await page.getByRole("heading", { name: /flaky test/ }).waitFor();
  });
});
