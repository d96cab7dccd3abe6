import { readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import { processesOf } from "../kit/host.ts";
import { makeHome, startDesktop, type Desktop, type Home } from "./desktop.ts";

let home: Home;
let running: Desktop | null = null;

beforeEach(() => {
  home = makeHome();
});
afterEach(async () => {
  await running?.quit();
  await until(() => expect(processesOf(home.home)).toEqual([]) ?? true, "every process to be gone");
  home.remove();
});

async function openKeys(): Promise<Page> {
  running = await startDesktop(home);
  const page = await running.page();
  await page.getByRole("button", { name: "Settings" }).first().click();
  const settings = page.getByRole("main", { name: "Settings" });
  await settings.getByRole("tab", { name: "Agents" }).click();
  await settings.getByRole("listitem").filter({ hasText: "Claude Code" }).getByRole("button", { name: "Keys" }).click();
  return page;
}

it("keeps an agent's key in the system's keyring over a restart, and never shows it again", { timeout: 120_000 }, async () => {
  const page = await openKeys();
  await page.getByLabel("Key", { exact: true }).fill("sk-very-secret");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await page.getByText("kept in the keyring").waitFor();
  const file = path.join(home.dataDir, "agents/keys.json");
  expect(readFileSync(file, "utf8")).toContain("ANTHROPIC_API_KEY");
  expect(readFileSync(file, "utf8")).not.toContain("sk-very-secret");
  await running?.quit();
  const again = await openKeys();
  await again.getByRole("list", { name: "Keys of Claude Code" }).getByText("ANTHROPIC_API_KEY").waitFor();
  await again.getByText("kept in the keyring").waitFor();
  expect(await again.content()).not.toContain("sk-very-secret");
});
