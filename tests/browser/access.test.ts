import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import { doubleIds, walkByTab, withoutName } from "../kit/access.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";
import { startHost, type Host } from "../kit/host.ts";
import { createWorkPlace, type WorkPlace } from "../kit/work-place.ts";
import { launchBrowser, openPage } from "../ui/browser.ts";

const themes = ["light", "dark"] as const;

/** What the status bar tells of the focused chat's agent: it goes as Tab passes another pane, and is a command too. */
const ofTheFocusedChat = /Practice needs you$/;

/** Everything has a name, Tab goes everywhere, and one sees where it is. */
async function expectAccess(page: Page, mustReach: (string | RegExp)[]): Promise<void> {
  expect(await withoutName(page)).toEqual([]);
  expect(await doubleIds(page)).toEqual([]);
  const walk = await walkByTab(page);
  const missed = walk.missed.filter((name) => !ofTheFocusedChat.test(name));
  expect({ missed, unmarked: walk.unmarked }).toEqual({ missed: [], unmarked: [] });
  for (const what of mustReach) expect(walk.reached).toContainEqual(expect.stringMatching(what));
}

describe("access to the first page", () => {
  let browser: Browser;
  let place: WorkPlace;
  let host: Host;

  beforeAll(async () => {
    place = await createWorkPlace();
    host = await startHost({ env: place.hostEnv });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
    place?.dispose();
  });

  it.each(themes)("is named and reached by keyboard, %s", async (theme) => {
    await host.api("PATCH", "/settings", { theme });
    const { page } = await openPage(browser, await host.signInUrl());
    await page.getByRole("heading", { name: "Work with agents on your own code" }).waitFor();
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
    await expectAccess(page, [/Folder/, /Start the first session|Browse/]);
    await page.context().close();
  });
});

describe("access to the workspace", () => {
  let office: Office;
  let desk: DeskPage;

  beforeAll(async () => {
    office = await openOffice();
    desk = await office.desk();
    const { at } = desk;
    await at.choose("Agent", "Practice");
    await at.send(
      'think a moment\nplan Look; Change\nread cart.ts\nreplace "total = 1" with "total = 2" in cart.ts\nsay Done: **all**, see [there](https://there.test), and `code`',
    );
    await at.answer(/cart\.ts/, /^Allow once/);
    await at.sees(/^Done/);
    await at.idle();
    await at.send("delete README.md");
    await at.permission(/README\.md/);
    await at.send("say later", "Queue");
  });
  afterAll(() => office?.close());

  describe.each(themes)("%s", (theme) => {
    beforeAll(async () => {
      await office.host.api("PATCH", "/settings", { theme });
      await desk.page.locator(`html[data-theme="${theme}"]`).waitFor();
    });

    it("a session with its chat", async () => {
      await desk.page.keyboard.press("Control+l");
      await expectAccess(desk.page, [
        /Prompt/,
        /^tab /,
        /New session|New/,
        /Agent: /,
        /Inbox/,
        /Settings/,
        /Allow once/,
        /^button Remove from the queue/,
      ]);
    });

    it("its changes", async () => {
      await desk.page.keyboard.press("Control+Shift+G");
      const row = desk.page.getByRole("option").filter({ hasText: "cart.ts" });
      await row.click();
      await desk.page.getByText("export const total = 2;").last().waitFor();
      await expectAccess(desk.page, [/^listbox/, /Apply/]);
    });

    it("the settings", async () => {
      await desk.page.keyboard.press("Control+,");
      const settings = desk.page.getByRole("main", { name: "Settings" });
      await settings.waitFor();
      const sections = settings.getByRole("tab");
      const count = await sections.count();
      expect(count).toBeGreaterThan(2);
      for (let at = 0; at < count; at += 1) {
        await sections.nth(at).click();
        // What a section has to load first brings controls of its own.
        await settings.getByRole("status", { name: /Counting|Loading/ }).waitFor({ state: "hidden" });
        await expectAccess(desk.page, [/Close/]);
      }
      await desk.page.keyboard.press("Escape");
      await settings.waitFor({ state: "hidden" });
    });

    it("the inbox", async () => {
      await desk.page.keyboard.press("Control+j");
      const inbox = desk.page.getByRole("complementary", { name: "Inbox" });
      await inbox.locator("[data-approval]").waitFor();
      await expectAccess(desk.page, [/Allow once/]);
      await desk.page.keyboard.press("Control+j");
      await until(async () => (await inbox.count()) === 0, "the inbox to close");
    });
  });
});
