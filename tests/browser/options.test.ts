import { afterAll, beforeAll, expect, it } from "vitest";
import type { Run } from "../../shared/contract/runs.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";
import { until } from "../../electron/testing/until.ts";

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office?.close());

it("chooses model and mode in two clicks each before the first run, and begins new chats with them", async () => {
  const { page, at, chat, session, complaints } = await office.desk();
  const picker = page.getByRole("combobox", { name: /^Model: / });
  const choose = async (option: RegExp): Promise<void> => {
    await picker.click();
    await page.getByRole("option", { name: option }).click();
  };
  await choose(/^Swift/);
  await choose(/^Code/);
  expect(await picker.textContent()).toBe("Swift · Code");
  await picker.click();
  await page.getByRole("button", { name: "Favourite: Swift" }).click();
  await page.getByRole("option", { name: /Swift.*Favourite/ }).waitFor();
  const begin = page.getByRole("button", { name: /^Use for new chats in / });
  await begin.click();
  await until(async () => (await begin.getAttribute("aria-pressed")) === "true", "the project's choice");
  await page.keyboard.press("Escape");
  await at.send("say hello");
  await at.sees(/^hello/);
  const [run] = await office.host.api<Run[]>("GET", `/chats/${chat.id}/coding-agent/runs`);
  expect(run).toMatchObject({ requestedModelId: "swift", modeId: "code", thinkingLevel: null });
  const next = await office.desk();
  expect(next.session.id).not.toBe(session.id);
  const begins = next.page.getByRole("combobox", { name: /^Model: Swift\. Mode: Code/ });
  await begins.click();
  await next.page
    .getByRole("option", { name: /^Agent’s default/ })
    .first()
    .click();
  await until(
    async () => (await next.page.getByRole("combobox", { name: /^Model: agent’s default/ }).count()) === 1,
    "the default",
  );
  expect([...complaints, ...next.complaints]).toEqual([]);
});
