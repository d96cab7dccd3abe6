import { afterAll, beforeAll, expect, it } from "vitest";
import { openOffice, type Office } from "../kit/desk-page.ts";

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office?.close());

it("checks an agent once the person knows what it costs, goes on behind other things, and keeps what is true", async () => {
  const { page, complaints } = await office.desk();
  const openAgents = async (): Promise<void> => {
    await page.keyboard.press("Control+,");
    await page.getByRole("tab", { name: "Agents" }).click();
    await row.getByRole("button", { name: "What is true" }).click();
  };
  const row = page.getByRole("listitem").filter({ hasText: "Practice" }).first();
  await openAgents();
  await row.getByRole("button", { name: "Check it now" }).click();
  await row.getByText("about 20 short prompts").waitFor();
  await row.getByRole("button", { name: "Begin" }).click();
  await row.getByText(/\d+ of 21: /).waitFor();
  await page.keyboard.press("Escape");
  await openAgents();
  await row.getByText(/\d+ of 21: /).waitFor();
  await row.getByRole("button", { name: "Check it again" }).waitFor();
  const table = row.getByRole("table");
  await table
    .getByRole("row", { name: /^True: Comes back after its process has ended says yes .+ Resumes its session/ })
    .waitFor();
  await table.getByRole("row", { name: /^Not true: An MCP server/ }).waitFor();
  expect(await table.getByRole("row").count()).toBe(22);
  expect(complaints).toEqual([]);
});
