import { afterAll, beforeAll, expect, it } from "vitest";
import type { ProcessInfo } from "../../shared/contract/system.ts";
import { fakeMain } from "../../electron/testing/agent-kit.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";

let office: Office;
beforeAll(async () => {
  const forgetful = { label: "Forgetful", command: process.execPath, args: [fakeMain, "forgetful"] };
  office = await openOffice({ agents: { second: { extends: "practice", label: "Second" }, forgetful } });
});
afterAll(() => office?.close());

it("shows what an agent will be told of turns that it missed, lets it be switched off, and keeps what was told", async () => {
  const { page, at, complaints } = await office.desk();
  await at.choose("Agent", /^Practice/);
  await at.send("say the gate is green");
  await at.sees(/^the gate is green/);
  await at.choose("Agent", /^Second/);
  const chip = page.getByRole("button", { name: "Second will be told of a turn that it missed" });
  await chip.click();
  await page.getByText("Practice was asked:").waitFor();
  const tells = page.getByRole("switch", { name: "Tell agents of turns that they missed in this chat" });
  await tells.click();
  await page.getByRole("button", { name: "Second isn’t told of a turn that it missed" }).waitFor();
  await tells.click();
  await page.keyboard.press("Escape");
  await chip.waitFor();
  await at.send("say and the wall is white");
  await at.sees(/^and the wall is white/);
  await page.getByRole("button", { name: "It was told of a turn that it missed." }).click();
  await page.getByText("> the gate is green").waitFor();
  expect(await chip.count()).toBe(0);
  expect(complaints).toEqual([]);
});

it("says that an agent's memory is lost before the prompt goes, as soon as its process has ended, and offers to tell it all", async () => {
  const desk = await office.desk();
  const { page, at, complaints } = desk;
  await at.choose("Agent", /^Forgetful/);
  await at.send("the tower is tall");
  await at.sees(/the tower is tall/);
  await page.getByText("warm", { exact: false }).first().waitFor();
  const running = await office.host.api<ProcessInfo[]>("GET", "/system/processes");
  for (const { pid, label, sessionIds } of running)
    if (label === "Forgetful" && sessionIds.includes(desk.session.id))
      await office.host.api("POST", `/system/processes/${pid}/end`);
  await page.getByText("memory lost", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Forgetful will be told of a turn that it missed" }).click();
  await page.getByText("You have no memory of this conversation any more", { exact: false }).waitFor();
  await page.getByText("> the tower is tall").first().waitFor();
  expect(complaints).toEqual([]);
});
