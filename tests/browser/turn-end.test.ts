import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Chat } from "../../shared/contract/chats.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { until } from "../../electron/testing/until.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";

let office: Office;
let desk: DeskPage;
beforeAll(async () => {
  office = await openOffice();
}, 120_000);
afterAll(() => office?.close());
beforeEach(async () => {
  desk = await office.desk();
  await office.host.api("PATCH", `/sessions/${desk.session.id}`, { policy: "full" });
});

/** Sends the lines to the practice agent and waits until they are done. */
async function run(lines: string[]): Promise<void> {
  const prompt = [{ type: "text", text: lines.join("\n") }];
  await office.host.api("POST", `/chats/${desk.chat.id}/coding-agent/runs`, { agentId: "practice", prompt });
  await desk.at.sees(lines.at(-1)?.replace(/^say /, "") ?? "");
  await desk.at.idle();
}
const files = () => desk.page.getByRole("listbox", { name: "Changed files" });
const listed = (): Promise<string[]> => files().getByRole("option").allInnerTexts();

it("a turn says what it did to the files, and its changes are looked at apart from others", async () => {
  const { page, at } = desk;
  await run(["create a.md: one", "say First done"]);
  await run(["create b.md: two", "create c.md: three", "say Second done"]);
  const rows = at.log.locator("[data-row=changed]");
  await until(async () => (await rows.count()) === 2, "what both turns changed");
  expect(await rows.allInnerTexts()).toEqual([expect.stringMatching(/1 file\s*\+1/), expect.stringMatching(/2 files\s*\+2/)]);
  await until(async () => (await listed()).length === 3, "all three files");
  await rows.last().getByRole("button", { name: "Review" }).click();
  await until(async () => (await listed()).length === 2, "the turn's files alone");
  expect((await listed()).join()).not.toContain("a.md");
  await page.getByRole("group", { name: "Narrowed to a turn" }).getByText("2 files that it changed").waitFor();
  await page.getByRole("button", { name: /^Approve these/ }).waitFor();
  await at.button("This turn’s lines").click();
  const history = page.getByRole("region", { name: /^Checkpoint: / });
  await history.getByText("b.md").first().waitFor();
  expect(await history.getByRole("button", { name: /a\.md/ }).count()).toBe(0);
});

it("the files from before a turn are brought back from its head", async () => {
  const { page, at } = desk;
  await run(["create a.md: one", "say Done"]);
  await at.log.getByText("practice").first().hover();
  await at.log.getByRole("button", { name: "Restore the files from before this turn…" }).click();
  await page.getByRole("region", { name: "Restore files" }).getByText("a.md").waitFor();
});

it("a chat is forked at a turn: what came before stands in both, what follows in one", async () => {
  const { page, at } = desk;
  await run(["create a.md: one", "say First done"]);
  await run(["say Second done"]);
  await at.log.getByRole("button", { name: "Fork: go on from here in another chat" }).first().click();
  await at.log.getByText("Forked here").waitFor();
  await at.sees("First done");
  expect(await at.log.getByText("Second done").count()).toBe(0);
  await at.send("say Only in the fork");
  await at.sees("Only in the fork");
  await at.log.getByText("It was told of a turn that it missed.").waitFor();
  const chats = await office.host.api<Chat[]>("GET", `/sessions/${desk.session.id}/chats`);
  const fork = chats.find(({ forkedAt }) => forkedAt !== null);
  expect(fork).toMatchObject({ tabNumber: 2, archived: false });
  await page.reload();
  await at.sees("Only in the fork");
  await at.sees("First done");
  await page.getByRole("tab").first().click();
  await at.sees("Second done");
  expect(await at.log.getByText("Only in the fork").count()).toBe(0);
});

it("images of the working copy are drawn in a reply, and changed ones before and after", async () => {
  const { page, at } = desk;
  const { workingCopy } = await office.host.api<Session>("GET", `/sessions/${desk.session.id}`);
  const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
  writeFileSync(path.join(workingCopy.path, "dot.gif"), gif);
  await run(["say Look: ![a dot](dot.gif) and ![none](gone.png)", "say All drawn"]);
  const image = at.log.getByRole("img", { name: "a dot" });
  await image.waitFor();
  expect(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(1);
  await at.log.getByText("isn’t there").waitFor();
  await files().getByText("dot.gif").click();
  const after = page.getByRole("figure").filter({ hasText: "After" });
  await after.getByText(/1 × 1/).waitFor();
  expect(await page.getByRole("figure").count()).toBe(1);
});
