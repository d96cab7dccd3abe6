import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { RuleInUse } from "../../shared/contract/rules.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office?.close());

const rules = (): Promise<RuleInUse[]> => office.host.api("GET", "/permission-rules");

it("remembers a decision, says what it has let through, and takes rules by hand, each for as long as it is to count", async () => {
  const { page, at, complaints } = await office.desk();
  await at.choose("Agent", "Practice");
  await at.send("run echo one");
  await at.answer(/echo one/, /^Project/);
  await at.idle();
  await at.send("run echo one");
  await at.idle();
  await page.keyboard.press("Control+,");
  await page.getByRole("tab", { name: "Permission rules" }).click();
  const line = page.getByRole("list", { name: "Rules" }).getByRole("listitem").filter({ hasText: "echo one" }).first();
  await line.getByRole("button", { name: /^let through once/ }).click();
  await line.getByRole("list", { name: "What it decided last" }).getByText("Allowed").waitFor();
  await line.getByRole("button", { name: /^How long the rule about echo one counts/ }).click();
  await page.getByRole("menuitemcheckbox", { name: "For an hour" }).click();
  await line.getByRole("button", { name: /counts: Until \d/ }).waitFor();
  await page.getByRole("button", { name: "New rule" }).click();
  const form = page.getByRole("form", { name: "New rule" });
  await form.getByRole("textbox", { name: "Command" }).fill("npm test; rm -rf ~");
  await form.getByRole("button", { name: "Add rule" }).click();
  await form.getByText("Give one command of plain words").waitFor();
  await form.getByRole("textbox", { name: "Command" }).fill("npm test");
  await form.getByRole("button", { name: "Where it counts" }).click();
  await page.getByRole("menuitemcheckbox", { name: "In every project" }).click();
  await form.getByRole("button", { name: "Add rule" }).click();
  await form.waitFor({ state: "detached" });
  await page.getByRole("list", { name: "Rules" }).getByText("in every project").waitFor();
  expect(await rules()).toMatchObject([
    { scope: "project", match: { argv: ["echo", "one"] }, uses: 1, expiresAt: expect.any(String) },
    { scope: "always", match: { argv: ["npm", "test"] }, uses: 0, expiresAt: null },
  ]);
  await page.getByRole("button", { name: "Remove the rule about npm test" }).click();
  await until(async () => (await rules()).length === 1, "the rule to be removed");
  await page.context().close();
  expect(complaints).toEqual([]);
});
