import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";
import { withoutWebgl } from "../kit/terminal-page.ts";

const fakeTui = path.resolve(import.meta.dirname, "../../electron/testing/fake-tui.ts");

describe("an agent's own program in a tab", { timeout: 180_000 }, () => {
  let office: Office;
  let desk: DeskPage;

  beforeAll(async () => {
    office = await openOffice({ env: { SHELL: "/bin/bash" } });
    const tui = { command: [process.execPath, fakeTui], resume: ["--go-on"] };
    writeFileSync(
      path.join(office.place.root, "config/agents.json"),
      JSON.stringify({ fake: { label: "Fake TUI", tui }, hooked: { extends: "claude", label: "Hooked TUI", tui } }),
    );
    await until(
      async () => (await office.host.api<{ id: string }[]>("GET", "/agents")).some(({ id }) => id === "hooked"),
      "the agents to be read",
      30_000,
    );
    desk = await office.desk({ prepare: withoutWebgl });
  });
  afterAll(() => office?.close());

  const start = async (label: string): Promise<void> => {
    const { page, at } = desk;
    await at.button("Open in this pane").first().click();
    await page.getByRole("menuitem", { name: "Agent in a terminal" }).click();
    await page.getByRole("menuitem", { name: label }).click();
    await sees("fake tui");
  };
  const shown = (): Locator => desk.page.locator("[data-terminal]:visible");
  const line = (): Locator => shown().locator("[data-tui-state]");
  const sees = (what: string): Promise<unknown> =>
    until(
      async () => {
        const rows = await shown().locator(".xterm-rows > div").allTextContents();
        const now = rows.map((row) => row.replaceAll("\u00a0", " ")).join("\n");
        if (now.includes(what)) return true;
        throw new Error(`The screen is:\n${now.trim()}`);
      },
      `${what} on the terminal`,
      60_000,
    );
  const type = async (words: string): Promise<void> => {
    await shown().locator("textarea.xterm-helper-textarea").focus();
    await desk.page.keyboard.type(`${words}\n`);
  };
  const stands = (state: string): Promise<unknown> =>
    until(async () => (await line().getAttribute("data-tui-state")) === state, `it to be ${state}`, 60_000);

  it("starts from the menu, tells how it stands and by what, asks in the inbox, and is there after a reload", async () => {
    const { page, at } = desk;
    const sidebar = page.getByRole("navigation", { name: "Projects and sessions" });
    const inbox = sidebar.getByRole("button", { name: /^Inbox/ });
    await start("Fake TUI");
    await stands("unknown");
    expect(await line().innerText()).toContain("has said nothing of what it does yet");
    await type("progress 3");
    await stands("working");
    await sidebar.locator("button[aria-current=page]").getByText("working").waitFor({ state: "attached" });
    await type("notify May I run the tests?");
    await stands("blocked");
    expect(await line().innerText()).toContain("It sent a notification: “May I run the tests?”");
    await page
      .getByRole("tab", { name: /Fake TUI/ })
      .getByText("needs you")
      .waitFor({ state: "attached" });

    await page.reload();
    await inbox.waitFor();
    await stands("blocked");
    await inbox.click();
    const card = page.getByRole("region", { name: "Fake TUI waits for you in its terminal" });
    expect(await card.innerText()).toContain("May I run the tests?");
    await card.getByRole("button", { name: "Go to the terminal" }).click();
    await type("write answered.txt yes");
    await stands("unknown");
    await until(() => existsSync(path.join(desk.session.workingCopy.path, "answered.txt")), "the file", 30_000);
    await at.showTab("Changes");
    await page.getByText("answered.txt").first().waitFor();
    await at.showTab(/Fake TUI/);

    await type("exit 0");
    await shown().getByText("Ended (exit code 0)").waitFor();
    // What it showed last is all there in a narrow window, too.
    await page.setViewportSize({ width: 390, height: 844 });
    const cut = (tab: Element): boolean => (tab.querySelector(".xterm-screen")?.clientWidth ?? Infinity) > tab.clientWidth;
    await until(async () => !(await shown().evaluate(cut)), "it to take the room there is", 30_000);
    await page.setViewportSize({ width: 1280, height: 800 });
    await shown().getByRole("button", { name: "Resume" }).click();
    await sees('["--go-on"]');
    await type("exit 1");
    await shown().getByText("Ended with exit code 1").waitFor();
    await shown().getByRole("button", { name: "Start again" }).click();
    await sees("fake tui []");
    expect(desk.complaints).toEqual([]);
  });

  it("shows what a notify hook changes before it is put in, and takes it out to the byte", async () => {
    const { page } = desk;
    const settings = path.join(office.place.home, ".claude/settings.json");
    mkdirSync(path.dirname(settings), { recursive: true });
    const before = '{\n    "model": "opus"\n}';
    writeFileSync(settings, before);
    await start("Hooked TUI");
    await line().getByRole("button", { name: "Notify hook…" }).click();
    const dialog = page.getByRole("dialog", { name: "Notify hook of Hooked TUI" });
    await dialog.getByText(settings).waitFor();
    expect(await dialog.getByLabel("The change").innerText()).toContain('+        "Stop": [');
    expect(readFileSync(settings, "utf8")).toBe(before);
    await dialog.getByRole("button", { name: "Add these lines" }).click();
    await dialog.getByText("It is on").waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await type('hook Notification {"notification_type":"permission_prompt","message":"May I?"}');
    await stands("blocked");
    expect(await line().innerText()).toContain("Its notify hook told it: “Notification: May I?”");
    await line().getByRole("button", { name: "Notify hook…" }).click();
    await dialog.getByRole("button", { name: "Take these lines out" }).click();
    await until(() => readFileSync(settings, "utf8") === before, "the file to be as it was", 30_000);
  });
});
