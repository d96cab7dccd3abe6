import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settingsSections } from "../../shared/settings-sections.ts";
import { axeFinds } from "../kit/axe.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";
import { startHost, type Host } from "../kit/host.ts";
import { createWorkPlace, type WorkPlace } from "../kit/work-place.ts";
import { desktopSize, launchBrowser, openPage, phoneSize } from "../ui/browser.ts";

const themes = ["light", "dark"] as const;
const sizes = [desktopSize, phoneSize] as const;
const looks = themes.flatMap((theme) => sizes.map((size) => ({ theme, size, width: size.width })));

const limitMs = 300_000;

/** What axe finds on one screen after the other, by the screen's name; nothing of one that is as it should be. */
class Screens {
  readonly found: Record<string, string[]> = {};
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  /** Looked at when what fades in has faded in. */
  async look(name: string): Promise<void> {
    await this.#page.waitForFunction(() =>
      document.getAnimations().every((one) => one.playState !== "running" || !(one instanceof CSSTransition)),
    );
    const findings = await axeFinds(this.#page);
    if (findings.length > 0) this.found[name] = findings;
  }
}

describe("axe", () => {
  let office: Office;
  let desk: DeskPage;
  let place: WorkPlace;
  let host: Host;
  let browser: Browser;

  beforeAll(async () => {
    place = await createWorkPlace();
    host = await startHost({ env: place.hostEnv });
    browser = await launchBrowser();
    office = await openOffice();
    desk = await office.desk();
    const { at } = desk;
    await at.choose("Agent", "Practice");
    await at.send(
      [
        "think a moment",
        "plan Look; Change",
        "read cart.ts",
        'replace "total = 1" with "total = 2" in cart.ts',
        "say Done: **all**, see [there](https://there.test), and `code`",
      ].join("\n"),
    );
    await at.answer(/cart\.ts/, /^Allow once/);
    await at.sees(/^Done/);
    await at.idle();
    await at.send("delete README.md");
    await at.permission(/README\.md/);
    await at.send("say later", "Queue");
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
    place?.dispose();
    await office?.close();
  });

  const settled = (): Promise<void> =>
    desk.page.getByRole("status", { name: /^(Loading|Counting|Looking)/ }).waitFor({ state: "detached" });
  async function command(words: string): Promise<void> {
    await desk.page.keyboard.press("Control+k");
    await desk.page.getByRole("combobox", { name: /^Search commands/ }).fill(`>${words}`);
    await desk.page.keyboard.press("Enter");
  }

  it.each(looks)("finds nothing on the first page: $theme, $width", async ({ theme, size }) => {
    await host.api("PATCH", "/settings", { theme });
    const { page } = await openPage(browser, await host.signInUrl(), size);
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
    await page.getByRole("heading", { name: "Work with agents on your own code" }).waitFor();
    const screens = new Screens(page);
    await screens.look("the first page");
    expect(screens.found).toEqual({});
    await page.context().close();
  });

  describe.each(looks)("finds nothing: $theme, $width", ({ theme, size }) => {
    let screens: Screens;
    beforeAll(async () => {
      screens = new Screens(desk.page);
      await desk.page.setViewportSize(size);
      await office.host.api("PATCH", "/settings", { theme });
      await desk.page.locator(`html[data-theme="${theme}"]`).waitFor();
    });

    it("in a session", { timeout: limitMs }, async () => {
      const { page, at } = desk;
      await page.keyboard.press("Control+l");
      await at.showTab(/think a moment|Chat/);
      await screens.look("a chat with all its rows, what asks, and a queue");
      await at.button("Open in this pane").first().click();
      await page.getByRole("menu").waitFor();
      await screens.look("a menu");
      await page.keyboard.press("Escape");
      await page.getByRole("combobox", { name: /^Policy: / }).click();
      await page.getByRole("option").first().waitFor();
      await screens.look("a picker");
      await page.keyboard.press("Escape");
      await page
        .getByRole("combobox", { name: /^Policy: / })
        .and(page.locator(":focus"))
        .waitFor();
      await page.keyboard.press("Control+Shift+G");
      await page.getByRole("option").filter({ hasText: "cart.ts" }).click();
      await page.getByText("export const total = 2;").last().waitFor();
      await screens.look("the changes, with a diff");
      await page.keyboard.press("Control+Shift+H");
      await page.locator('[data-tab="history"] nav button').first().waitFor();
      await settled();
      await screens.look("checkpoints");
      await page.keyboard.press("Control+Shift+X");
      await command("New terminal");
      await page.locator("[data-terminal] .xterm").waitFor();
      await screens.look("a terminal");
      await page.keyboard.press("Control+Shift+X");
      expect(screens.found).toEqual({});
    });

    it("in its place", { timeout: limitMs }, async () => {
      const { page } = desk;
      await page.keyboard.press("Control+,");
      for (const { title } of settingsSections) {
        await page.getByRole("tab", { name: title, exact: true }).click();
        await settled();
        await screens.look(`the settings: ${title}`);
      }
      await page.keyboard.press("Escape");
      for (const words of ["Add project", "Show processes"]) {
        await command(words);
        await page.locator("[data-page]").waitFor();
        await settled();
        await screens.look(words);
        await page.keyboard.press("Escape");
        await page.locator("[data-page]").waitFor({ state: "detached" });
      }
      expect(screens.found).toEqual({});
    });

    it("over it", { timeout: limitMs }, async () => {
      const { page } = desk;
      await command("New session");
      await page.getByRole("button", { name: "Start session" }).waitFor();
      await screens.look("a new session");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: /^Search commands/ }).waitFor();
      await screens.look("the palette");
      await page.keyboard.type("qqzzxx");
      await page.getByText("Nothing is called that.").waitFor();
      await screens.look("the palette with nothing found");
      await page.keyboard.press("Escape");
      for (const words of ["Delete session", "Review what the project may run"]) {
        await command(words);
        await page.getByRole("dialog").getByRole("button", { name: "Close" }).waitFor();
        await settled();
        await screens.look(words);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await page.keyboard.press("Control+j");
      // Muted until it takes an answer, as what is disabled is.
      await page.locator('[data-inbox] [data-approval] button[aria-disabled="false"]').first().waitFor();
      await screens.look("the inbox");
      await page.keyboard.press("Control+j");
      expect(screens.found).toEqual({});
    });
  });
});
