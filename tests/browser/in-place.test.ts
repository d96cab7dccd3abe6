import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { Chat } from "../../shared/contract/chats.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";
import { phoneSize } from "../ui/browser.ts";

describe("what is done in its place", () => {
  let office: Office;
  let desk: DeskPage;
  let page: Page;

  beforeAll(async () => {
    office = await openOffice();
  });
  afterAll(() => office?.close());
  beforeEach(async () => {
    desk = await office.desk();
    ({ page } = desk);
    await page.locator("[data-composer]:focus").waitFor();
  });
  afterEach(async () => {
    await page?.context().close();
    expect(desk.complaints).toEqual([]);
  });

  const title = async (): Promise<string> => (await office.host.api<Session>("GET", `/sessions/${desk.session.id}`)).title;
  const focused = (element: Locator): Promise<unknown> =>
    until(async () => element.evaluate((one) => one === document.activeElement), "it to have the keys");

  it("writes a session's title where it stands, and gives up by Escape", async () => {
    const field = page.getByRole("textbox", { name: "Title of the session" });
    await page.getByTitle("Rename session").click();
    await field.fill("one");
    await page.keyboard.press("Enter");
    await until(async () => (await title()) === "one", "the new title");
    await page.getByRole("heading", { level: 1, name: /one/ }).waitFor();
    await page.locator("[data-composer]:focus").waitFor();

    const row = page.locator(`[data-session-row="${desk.session.id}"]`);
    await row.click({ button: "right" });
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await field.fill("two");
    await page.keyboard.press("Escape");
    await focused(row);
    expect(await title()).toBe("one");
    await row.click({ button: "right" });
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await focused(field);
    await field.fill("three");
    // Elsewhere is as good as Enter.
    await page.locator("[data-composer]").click();
    await until(async () => (await title()) === "three", "the title that was left");
    await field.waitFor({ state: "detached" });
  });

  it("keeps the keys in a title that the palette was asked for", async () => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("rename session");
    await page.keyboard.press("Enter");
    const field = page.getByRole("textbox", { name: "Title of the session" });
    await focused(field);
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.type("from the palette");
    await page.keyboard.press("Enter");
    await until(async () => (await title()) === "from the palette", "the new title");
  });

  it("writes a chat's title on its tab", async () => {
    await page.keyboard.press("F2");
    const field = page.getByRole("textbox", { name: "Title of the chat" });
    await focused(field);
    await page.keyboard.type("my chat");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: /my chat/ }).waitFor();
    await page.locator("[data-composer]:focus").waitFor();
    const chats = await office.host.api<Chat[]>("GET", `/sessions/${desk.session.id}/chats`);
    expect(chats.map((chat) => chat.title)).toEqual(["my chat"]);
  });

  it("shows the settings in the session's place, which is as it was afterwards", async () => {
    await desk.at.prompt.fill("half a");
    await page.keyboard.press("Control+,");
    const settings = page.getByRole("main", { name: "Settings" });
    await focused(settings.getByRole("tab", { name: "General" }));
    expect(await page.getByRole("heading", { level: 1 }).allInnerTexts()).toEqual(["Settings"]);
    await page.keyboard.press("ArrowDown");
    await settings.getByRole("heading", { name: "Appearance" }).waitFor();
    await settings.getByRole("searchbox", { name: "Search settings" }).fill("bring back");
    await settings.getByRole("heading", { name: "Storage" }).waitFor();
    expect(await settings.getByRole("tab").allInnerTexts()).toEqual(["Storage\nBring back"]);
    // The search has the first Escape, the page the next.
    await page.keyboard.press("Escape");
    expect(await settings.getByRole("tab").count()).toBeGreaterThan(5);
    await page.keyboard.press("Escape");
    await settings.waitFor({ state: "detached" });
    await page.locator("[data-composer]:focus").waitFor();
    expect(await desk.at.prompt.inputValue()).toBe("half a");
  });

  it("finds every setting by its name", async () => {
    await page.keyboard.press("Control+,");
    const settings = page.getByRole("main", { name: "Settings" });
    const names: [string, string][] = [];
    for (const section of ["General", "Appearance", "Notifications", "Storage"]) {
      await settings.getByRole("tab", { name: section, exact: true }).click();
      const rows = settings.locator("[data-setting]");
      await rows.first().waitFor();
      for (const name of await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-setting") ?? "")))
        names.push([section, name]);
    }
    expect(names.length).toBeGreaterThan(6);
    const search = settings.getByRole("searchbox", { name: "Search settings" });
    for (const [section, name] of names) {
      await search.fill(name);
      await settings.getByRole("tab", { name: new RegExp(`^${section}`) }).waitFor();
    }
  });

  it("has a section that was opened from elsewhere in sight on a phone, and finds sections in the palette", async () => {
    await page.setViewportSize(phoneSize);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("configuration folder");
    await page.getByRole("option", { name: /^About/ }).waitFor();
    await page.keyboard.press("Enter");
    const tab = page.getByRole("tab", { name: "About", selected: true });
    await until(async () => {
      const box = await tab.boundingBox();
      return box !== null && box.x >= 0 && box.x + box.width <= phoneSize.width;
    }, "the section's tab in sight");
    await focused(tab);
  });

  it("opens a new session at the button that asks for it, and starts it by Enter", async () => {
    const button = page.getByRole("button", { name: "New session in shop" });
    await button.focus();
    await page.keyboard.press("Enter");
    const popover = page.getByRole("dialog", { name: "New session in shop" });
    await focused(popover.getByRole("button", { name: "Start session" }));
    const [at, from] = [await popover.boundingBox(), await button.boundingBox()];
    if (!at || !from) throw new Error("It isn’t drawn");
    expect(Math.abs(at.x - (from.x + from.width))).toBeLessThan(24);
    // The session below goes on to be used.
    await page.locator("[data-composer]").click();
    await popover.waitFor({ state: "detached" });

    await page.keyboard.press("Control+Shift+O");
    await focused(popover.getByRole("button", { name: "Start session" }));
    const before = (await office.host.api<Session[]>("GET", `/projects/${office.project.id}/sessions`)).length;
    await page.keyboard.press("Enter");
    await popover.waitFor({ state: "detached" });
    await until(async () => (await office.host.api<Session[]>("GET", `/projects/${office.project.id}/sessions`)).length > before);
    await page.locator("[data-composer]:focus").waitFor();
  });

  it("has nothing dark behind the palette, and closes it by a click beside it", async () => {
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: /^Search commands/ });
    await palette.waitFor();
    const scrims = await page.evaluate(
      () =>
        [...document.querySelectorAll("body *")].filter(
          (one) =>
            getComputedStyle(one).position === "fixed" &&
            one.clientWidth === innerWidth &&
            one.clientHeight === innerHeight &&
            getComputedStyle(one).backgroundColor !== "rgba(0, 0, 0, 0)",
        ).length,
    );
    expect(scrims).toBe(0);
    await page.mouse.click(20, 700);
    await palette.waitFor({ state: "detached" });
  });

  it("splits no pane under its minimum, and says why; a zoomed one has a sign", async () => {
    await page.setViewportSize({ width: 1000, height: 700 });
    const strips = page.getByRole("tablist", { name: "Tabs" });
    await until(async () => (await strips.count()) === 2, "two panes");
    await page.keyboard.press("Control+Backslash");
    await page.getByText("There is no room for another pane here").first().waitFor();
    expect(await strips.count()).toBe(2);
    await page.keyboard.press("Control+Shift+M");
    await page.getByRole("button", { name: "Zoomed" }).click();
    await until(async () => (await strips.count()) === 2, "both panes again");
  });

  it("goes through the sidebar with the arrows", async () => {
    await page.getByRole("searchbox", { name: "Search sessions" }).click();
    await page.keyboard.press("ArrowDown");
    const project = page.getByRole("button", { name: /^shop/ }).first();
    await focused(project);
    await page.keyboard.press("ArrowLeft");
    expect(await project.getAttribute("aria-expanded")).toBe("false");
    await page.keyboard.press("ArrowRight");
    await page.locator("[data-session-row]").first().waitFor();
    await page.keyboard.press("ArrowRight");
    await until(
      () => page.evaluate(() => document.activeElement?.hasAttribute("data-session-row")),
      "a session to have the keys",
    );
    await page.keyboard.press("ArrowLeft");
    await focused(project);
  });
});
