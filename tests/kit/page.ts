import type { Locator, Page } from "playwright-core";
import { until } from "../../electron/testing/until.ts";

export type AtPage = ReturnType<typeof atPage>;

/** A person at Hearth's page: what they do and see, in the words on the screen. */
export function atPage(page: Page) {
  const log = page.getByRole("log", { name: "Chat" });
  const prompt = page.getByRole("textbox", { name: "Prompt" });
  const button = (name: string | RegExp): Locator => page.getByRole("button", { name, exact: true });
  /** The open card, once it can be answered. */
  async function permission(wording: RegExp): Promise<Locator> {
    const card = log.getByRole("group", { name: wording }).and(page.locator("[data-approval]"));
    await card.waitFor();
    const first = card.getByRole("button", { name: /^Allow once/ });
    await until(async () => (await first.getAttribute("aria-disabled")) === "false", "the card to take an answer");
    return card;
  }
  return {
    page,
    log,
    prompt,
    button,
    permission,
    async answer(wording: RegExp, choice: RegExp): Promise<void> {
      const card = await permission(wording);
      await card.getByRole("button", { name: choice }).click();
      await card.waitFor({ state: "hidden" });
    },
    /** Writes a prompt and presses the composer's button, which is Queue while a run goes. */
    async send(text: string, how: "Send" | "Queue" = "Send"): Promise<void> {
      await prompt.fill(text);
      await button(how).click();
      await until(async () => (await prompt.inputValue()) === "", "the prompt to go out");
    },
    /** The composer offers to send again: nothing goes on in the chat. */
    async idle(): Promise<void> {
      await button("Send").waitFor({ timeout: 60_000 });
    },
    async sees(text: string | RegExp): Promise<void> {
      await log.getByText(text).last().waitFor();
    },
    /** What the agent has said so far in the last turn that is drawn. */
    async reads(pattern: RegExp): Promise<RegExpExecArray> {
      return until(async () => pattern.exec(await log.innerText()), `${pattern} in the chat`, 30_000);
    },
    async choose(what: string, option: string | RegExp): Promise<void> {
      await page.getByRole("combobox", { name: new RegExp(`^${what}: `) }).click();
      await page.getByRole("option", { name: option }).click();
    },
    async showTab(name: string | RegExp): Promise<void> {
      await page.getByRole("tab", { name }).first().click();
    },
    /** Opens something in the focused pane, from the menu beside its tabs; it is there when this resolves. */
    async open(entry: string): Promise<void> {
      const tabs = page.getByRole("tab");
      const before = await tabs.count();
      await button("Open in this pane").first().click();
      // By its label: keys that stand behind it are part of the item's name.
      await page
        .getByRole("menuitem")
        .filter({ has: page.getByText(entry, { exact: true }) })
        .click();
      await until(async () => (await tabs.count()) > before, `the tab of ${entry}`);
    },
  };
}

/** From the first page to a trusted project with a session that can be written to. */
export async function beginAtFirstPage(at: AtPage, repo: string): Promise<void> {
  await at.page.getByRole("heading", { name: "Work with agents on your own code" }).waitFor();
  await at.page.getByRole("textbox", { name: "Folder" }).fill(repo);
  await at.button("Start the first session").click();
  await at.button("Trust what is listed").click();
  await at.prompt.waitFor();
}
