import { renameSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { Draft, TurnsPage } from "../../shared/contract/chats.ts";
import type { InboxItem } from "../../shared/contract/permissions.ts";
import type { Run } from "../../shared/contract/runs.ts";
import { promptText } from "../../shared/prompt.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";

describe("chat", () => {
  let office: Office;
  let desk: DeskPage;

  beforeAll(async () => {
    office = await openOffice();
  });
  afterAll(() => office?.close());
  beforeEach(async () => {
    desk = await office.desk();
    await desk.at.choose("Agent", "Practice");
  });
  afterEach(async () => {
    await desk?.page.context().close();
    expect(desk.complaints).toEqual([]);
  });

  /** Prompts in the order in which their runs began. */
  const prompts = async (): Promise<string[]> => {
    const runs = await office.host.api<Run[]>("GET", `/chats/${desk.chat.id}/coding-agent/runs`);
    return runs.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).map((run) => promptText(run.prompt));
  };
  const queueRows = () => desk.page.getByRole("region", { name: "Queue" }).getByRole("listitem");
  const untilQueue = (wanted: string[]): Promise<unknown> =>
    until(
      async () => {
        const rows = (await queueRows().allInnerTexts()).map((text) => text.trim().split("\n").at(-1));
        expect(rows).toEqual(wanted);
        return true;
      },
      `the queue ${wanted.join(", ")}`,
    );

  it("sends what was queued in the order it was brought into, edited and without what was removed", async () => {
    const { at, page } = desk;
    const question = "ask Go on? Yes | No";
    await at.send(question);
    await at.log.getByRole("button", { name: "Answer" }).waitFor();
    for (const word of ["one", "two", "three", "four"]) await at.send(`say ${word}`, "Queue");
    await untilQueue(["say one", "say two", "say three", "say four"]);

    await queueRows().nth(1).getByRole("button", { name: "say two" }).click();
    await page.getByRole("textbox", { name: "Queued prompt" }).fill("say second");
    await page.keyboard.press("Enter");
    await untilQueue(["say one", "say second", "say three", "say four"]);
    await queueRows().nth(2).hover();
    await queueRows().nth(2).getByRole("button", { name: "Earlier" }).click();
    await untilQueue(["say one", "say three", "say second", "say four"]);
    await queueRows().nth(0).getByRole("button", { name: "Remove from the queue" }).click();
    await untilQueue(["say three", "say second", "say four"]);
    await queueRows().nth(0).hover();
    await queueRows().nth(0).getByRole("button", { name: "Later" }).click();
    await untilQueue(["say second", "say three", "say four"]);
    await page.reload();
    await untilQueue(["say second", "say three", "say four"]);

    await at.log.getByLabel("Yes").check();
    const answer = at.log.getByRole("button", { name: "Answer" });
    await until(async () => (await answer.getAttribute("aria-disabled")) === "false", "the card to take an answer");
    await answer.click();
    await until(async () => (await prompts()).length === 4, "the queue to go out", 30_000);
    await at.sees(/^four$/);
    await until(async () => (await queueRows().count()) === 0, "the queue to be empty");
    expect(await prompts()).toEqual([question, "say second", "say three", "say four"]);
  });

  it("stops at the second Escape, holds the queue, and sends it when told to", async () => {
    const { at, page } = desk;
    await at.send("say begun\nhang");
    await at.sees(/^begun$/);
    await at.send("say held back", "Queue");
    await untilQueue(["say held back"]);
    await at.prompt.press("Escape");
    await page.getByText("Esc again to stop").waitFor();
    await at.prompt.press("Escape");
    await page.getByText("Held, because the last run didn’t complete").waitFor();
    expect(await prompts()).toEqual(["say begun\nhang"]);
    await at.button("Send now").click();
    await at.sees(/^held back$/);
    await at.idle();
    expect(await prompts()).toEqual(["say begun\nhang", "say held back"]);
  });

  it("keeps what was being written over a reload, and nothing of what was sent", async () => {
    const { at, page } = desk;
    await at.prompt.fill("say first line\nand a second");
    await page.reload();
    await until(async () => (await at.prompt.inputValue()) === "say first line\nand a second", "the draft after the reload");
    await at.send("say sent");
    await at.sees(/^sent$/);
    await at.idle();
    await until(
      async () => (await office.host.api<Draft>("GET", `/chats/${desk.chat.id}/draft`)).blocks.length === 0,
      "the stored draft to be empty",
    );
    await page.reload();
    await at.sees(/^sent$/);
    expect(await at.prompt.inputValue()).toBe("");
  });

  it("opens at its end, stays where a tool is opened, and follows again after the jump to the latest", async () => {
    const { at, page } = desk;
    const fromEnd = () => at.log.evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
    const jump = at.button("Jump to latest");
    const untilAtEnd = (what: string) => until(async () => (await fromEnd()) < 2 && (await jump.count()) === 0, what);
    await at.send(`${"plan one; two; three\nthink of it\nsay some words\n".repeat(12)}read cart.ts\nsay the last`);
    await at.sees("the last");
    await at.idle();
    await untilAtEnd("the end of the run");

    await page.reload();
    await at.sees("the last");
    await untilAtEnd("the end after a reload");

    const tool = at.log.getByRole("button", { name: /^Read/ });
    const y = (await tool.boundingBox())?.y ?? 0;
    await tool.click();
    await at.sees("export const total = 1;");
    await jump.waitFor();
    expect(Math.abs(((await tool.boundingBox())?.y ?? 0) - y)).toBeLessThan(3);

    await jump.click();
    await untilAtEnd("the end after the jump");
    await at.send("stream 300 words");
    await at.sees(/word300/);
    await untilAtEnd("the end of the stream");
  });

  it("opens a turn longer than a page at its end, and brings its beginning when the reader scrolls up to it", async () => {
    const { at, page } = desk;
    writeFileSync(`${desk.session.workingCopy.path}/long.txt`, "a line of a long file\n".repeat(2_800));
    await at.send(`say the beginning\n${"think of it\nread long.txt\n".repeat(60)}think of the end\nread cart.ts`);
    await at.sees("cart.ts");
    await at.idle();
    await page.reload();
    await at.sees("cart.ts");
    const timeline = () => office.host.api<TurnsPage>("GET", `/chats/${desk.chat.id}/timeline`);
    expect((await timeline()).turns[0]?.timeline.firstSeq).toBeGreaterThan(1);
    await until(async () => {
      await at.log.evaluate((log) => log.scrollTo({ top: 0 }));
      return (await at.log.getByText("the beginning", { exact: true }).count()) > 0;
    }, "the beginning of the turn");
    expect(await at.log.locator('[data-row="prompt"]').count()).toBe(1);
  });

  it("tells what is changed while the agent still works, and whose it is", async () => {
    const { at, page } = desk;
    await at.send("create a.txt: hi\nhang");
    await at.answer(/Create a\.txt/, /^Allow once/);
    await at.button("worktree · 1 change").waitFor();
    const change = page.getByRole("option", { name: /a\.txt/ });
    await change.getByRole("img", { name: "Practice" }).waitFor();
    expect(await change.innerText()).not.toContain("manual");
    await at.button("Stop").click();
    await at.idle();
    expect(await change.innerText()).not.toContain("manual");
    await change.getByRole("img", { name: "Practice" }).waitFor();
  });

  it("gives the prompt back when it could not be sent, and sends it once at the next try", async () => {
    const { at, page } = desk;
    const { path } = desk.session.workingCopy;
    renameSync(path, `${path}.away`);
    await at.prompt.fill("say delivered");
    await at.button("Send").click();
    await page.getByRole("alert").filter({ hasText: "Not sent." }).waitFor();
    await until(async () => (await at.prompt.inputValue()) === "say delivered", "the prompt to be back");
    expect(await prompts()).toEqual([]);
    renameSync(`${path}.away`, path);
    await at.button("Send").click();
    await at.sees(/^delivered$/);
    await at.idle();
    expect(await page.getByText("Not sent.").count()).toBe(0);
    expect(await prompts()).toEqual(["say delivered"]);
  });

  it("S85 takes no answer and no focus at the moment a request appears", async () => {
    const { at, page } = desk;
    await page.evaluate(() => {
      // A hand already on its way: it presses in the very moment in which the card comes into the page.
      new MutationObserver((_changes, observer) => {
        const card = document.querySelector<HTMLElement>("[data-approval]");
        if (!card) return;
        observer.disconnect();
        document.body.dataset.focusBefore = String(document.activeElement?.hasAttribute("data-composer"));
        for (const element of card.querySelectorAll<HTMLElement>("button")) element.click();
        for (const key of ["Enter", "a", "s", "p"]) {
          card.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
          document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        }
      }).observe(document.body, { childList: true, subtree: true });
    });
    await at.prompt.fill("delete cart.ts");
    await at.prompt.press("Enter");
    const card = at.log.locator("[data-approval]");
    await card.waitFor();
    expect(await page.evaluate(() => document.body.dataset.focusBefore)).toBe("true");
    expect(await page.evaluate(() => document.activeElement?.hasAttribute("data-composer"))).toBe(true);
    await page.keyboard.press("Enter");
    await at.permission(/cart\.ts/);
    const inbox = await office.host.api<InboxItem[]>("GET", "/inbox");
    expect(inbox.map((item) => item.kind)).toEqual(["permission"]);
    await page.keyboard.press("Enter");
    await page.keyboard.press("a");
    expect(await office.host.api<InboxItem[]>("GET", "/inbox")).toHaveLength(1);
    await at.answer(/cart\.ts/, /^Reject/);
    await at.sees("Rejected.");
  });
});
