import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { Run } from "../../shared/contract/runs.ts";
import { promptText } from "../../shared/prompt.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";

let office: Office;

beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office?.close());

it("sends a prompt now, by key or from the queue: the turn that goes on is stopped for it, and says so", async () => {
  const desk = await office.desk();
  const { at, page } = desk;
  await at.choose("Agent", "Practice");
  await at.send("say begun\nhang");
  await at.sees(/^begun$/);
  await at.send("say later", "Queue");
  await at.prompt.fill("say at once\nhang");
  await at.button("Stop this turn and send now").waitFor();
  await at.prompt.press("ControlOrMeta+Enter");
  await at.sees(/^at once$/);
  await at.sees(/^Stopped for the next prompt$/);
  const row = page.getByRole("region", { name: "Queue" }).getByRole("listitem").filter({ hasText: "say later" });
  await row.hover();
  await row.getByRole("button", { name: "Stop the turn and send now" }).click();
  await at.sees(/^later$/);
  await at.idle();
  const runs = await office.host.api<Run[]>("GET", `/chats/${desk.chat.id}/coding-agent/runs`);
  const told = runs.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).map((run) => [promptText(run.prompt), run.status]);
  expect(told).toEqual([
    ["say begun\nhang", "cancelled"],
    ["say at once\nhang", "cancelled"],
    ["say later", "completed"],
  ]);
  await until(async () => (await page.getByRole("region", { name: "Queue" }).count()) === 0, "the queue to be empty");
  await page.context().close();
  expect(desk.complaints).toEqual([]);
});
