import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { PendingChange } from "../../shared/contract/changes.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";

describe("focus", () => {
  let office: Office;
  let desk: DeskPage;

  beforeAll(async () => {
    office = await openOffice();
  });
  afterAll(() => office?.close());
  beforeEach(async () => {
    desk = await office.desk();
    await has("[data-composer]");
  });
  afterEach(async () => {
    await desk?.page.context().close();
    expect(desk.complaints).toEqual([]);
  });

  /** Waits until something that matches has the keys. */
  const has = (selector: string): Promise<unknown> =>
    until(async () => {
      const focused = await desk.page.evaluate((wanted) => {
        const element = document.activeElement;
        return element?.matches(wanted) ? true : `${element?.outerHTML.slice(0, 200)}`;
      }, selector);
      if (focused !== true) throw new Error(`What has the keys is ${focused}`);
      return true;
    }, `${selector} to have the keys`);
  const workingCopy = (): Promise<string> =>
    until(async () => {
      const { workingCopy: copy } = await office.host.api<Session>("GET", `/sessions/${desk.session.id}`);
      return copy.state === "ready" ? copy.path : null;
    }, "the working copy");
  const changes = (): Promise<PendingChange[]> => office.host.api("GET", `/sessions/${desk.session.id}/changes`);

  it("gives the review its keys at once, and none of them to the prompt", async () => {
    const { page, at } = desk;
    const copy = await workingCopy();
    for (const name of ["one.txt", "two.txt"]) writeFileSync(path.join(copy, name), `${name}\n`);
    await page.getByRole("option", { name: /two\.txt/ }).waitFor();
    await page.keyboard.press("Control+Shift+G");
    for (const key of ["j", "a", "Enter"]) await page.keyboard.press(key);
    await until(async () => (await changes()).some(({ path: file, review }) => file === "two.txt" && review === "approved"));
    expect(await at.prompt.inputValue()).toBe("");
    expect(await at.log.count()).toBe(0);
    await page.keyboard.press("F6");
    await has("[data-composer]");
  });

  it("goes to the card that asks, answers it by Enter, and then to the composer", async () => {
    const { page, at } = desk;
    await at.choose("Agent", "Practice");
    await at.send("run echo one\nsay done");
    await at.permission(/echo one/);
    await page.keyboard.press("Control+Shift+J");
    await has("[data-approval]");
    await page.keyboard.press("Enter");
    await has("[data-composer]");
    await at.sees(/^done$/);
    await at.idle();
    await at.send("run echo two");
    await at.answer(/echo two/, /^Reject/);
    await has("[data-composer]");
  });

  it("goes with what is opened, and back with what is closed", async () => {
    const { page, at } = desk;
    await page.keyboard.press("Control+Shift+Backquote");
    await has(".xterm-helper-textarea");
    await page.keyboard.press("Control+Shift+X");
    await has("[data-composer]");

    await page.keyboard.press("Control+Shift+L");
    await has(`[data-tab]:not([data-tab="chat:${desk.chat.id}"]) [data-composer]`);
    await page.keyboard.press("Control+Shift+X");
    await has(`[data-tab="chat:${desk.chat.id}"] [data-composer]`);

    await page.keyboard.press("Control+k");
    await has("[role=dialog] input");
    await page.keyboard.press("Escape");
    await has("[data-composer]");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("show checkpoints");
    await page.keyboard.press("Enter");
    await has('[data-tab="history"], [data-tab="history"] *');
    await page.keyboard.press("Control+Shift+X");
    await has("[data-composer]");

    await at.send("say findme");
    await at.sees(/^findme$/);
    await at.idle();
    await page.keyboard.press("Control+f");
    await has("[role=search] input");
    await page.keyboard.press("Escape");
    await has("[data-composer]");
    await page.keyboard.press("Escape");
    await has("[role=log]");
    await page.keyboard.press("Control+f");
    await page.keyboard.press("Escape");
    await has("[role=log]");
  });

  it("goes from the composer to other panes and back, and into one that is split off", async () => {
    const { page } = desk;
    const composer = `[data-tab="chat:${desk.chat.id}"] [data-composer]`;
    const other = `[data-tab^="chat:"]:not([data-tab="chat:${desk.chat.id}"]) [data-composer]`;
    const empty = "[data-pane-focused]:not([data-tab]) button";
    await page.setViewportSize({ width: 1800, height: 1000 });
    await page.keyboard.press("F6");
    await has('[data-tab="changes"], [data-tab="changes"] *');
    await page.keyboard.press("F6");
    await has(composer);
    await page.keyboard.press("Control+Shift+Backslash");
    await has(empty);
    await page.keyboard.press("Shift+F6");
    await has(composer);
    await page.keyboard.press("F6");
    await has(empty);
    await page.keyboard.press("Shift+F6");
    await has(composer);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("new chat beside");
    await page.keyboard.press("Enter");
    await has(other);
  });

  it("closes the inbox by Escape from wherever the keys are, and nothing else with it", async () => {
    const { page, at } = desk;
    await at.choose("Agent", "Practice");
    await at.send("hang");
    await at.button("Stop").waitFor();
    await page.keyboard.press("Control+j");
    await has("[data-inbox]");
    await at.prompt.focus();
    await page.keyboard.press("Escape");
    await page.locator("[data-inbox]").waitFor({ state: "detached" });
    await has("[data-composer]");
    expect(await page.getByText("Esc again to stop").count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByText("Esc again to stop").waitFor();
    await page.keyboard.press("Escape");
    await at.idle();
  });

  it("lands in the pane where what had the keys is gone, and beside it where a person clicked", async () => {
    const { page } = desk;
    await page.evaluate(() => {
      const field = document.createElement("input");
      document.querySelector("header")?.append(field);
      field.focus();
      field.remove();
    });
    await has("[data-composer]");
    await page.mouse.click(640, 20);
    await has("[data-pane-focused]");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("archive session");
    await page.keyboard.press("Enter");
    await has("main button");
  });
});
