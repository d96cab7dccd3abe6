import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { toolServerMain } from "../../electron/testing/mcp-bench.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";

let office: Office;
beforeAll(async () => {
  office = await openOffice({ files: { ".cursor/mcp.json": JSON.stringify({ mcpServers: { theirs: { command: "x" } } }) } });
});
afterAll(() => office?.close());

it("adds a server, shows its tools, asks again when it changed, brings one in and removes it", async () => {
  const { page, complaints } = await office.desk();
  const file = path.join(office.place.root, "config/mcp.json");
  await page.keyboard.press("Control+,");
  await page.getByRole("tab", { name: "MCP servers" }).click();
  await page.getByText("No servers yet").waitFor();

  await page.getByRole("button", { name: "Add a server" }).click();
  await page.getByLabel("Name", { exact: true }).fill("birds");
  await page.getByLabel("Command", { exact: true }).fill(`${process.execPath} | ${toolServerMain}`);
  await page.getByRole("button", { name: "Save and switch on" }).click();
  await page.getByText("| means something to a shell only").waitFor();
  await page.getByLabel("Command", { exact: true }).fill(`${process.execPath} ${toolServerMain}`);
  await page.getByRole("button", { name: "Add a variable" }).click();
  await page.getByLabel("Name of the variable").fill("WORD");
  await page.getByLabel("Value of WORD").fill("sk-secret");
  await page.getByRole("button", { name: "Save and switch on" }).click();

  const line = page.getByRole("listitem").filter({ hasText: "birds" });
  await line.getByRole("switch", { name: "Agents get birds", checked: true }).waitFor();
  await line.getByText("There is no keyring here").waitFor();
  expect(readFileSync(file, "utf8")).not.toContain("sk-secret");
  await line.getByRole("button", { name: "Check birds" }).click();
  await line.getByText("tool-server 1.2.3 · 4 tools").waitFor();
  await line.getByText("What it tells agents").click();
  await line.getByText("Tells the word").waitFor();
  await line.getByRole("button", { name: /^birds in general/ }).click();
  await page.getByRole("menuitemcheckbox", { name: "Only where it is switched on" }).click();
  await line.getByRole("button", { name: "birds in general: Only where it is switched on" }).waitFor();

  writeFileSync(file, readFileSync(file, "utf8").replace(toolServerMain, "/elsewhere.ts"));
  await page.getByRole("button", { name: "Look again" }).click();
  await line.getByText("It has changed, so no agent gets it").waitFor();

  await page.getByRole("button", { name: "From other programs" }).click();
  await page.getByRole("button", { name: "Bring in theirs of Cursor" }).click();
  const theirs = page.getByRole("list", { name: "MCP servers" }).getByRole("listitem").filter({ hasText: "theirs" });
  await theirs.getByRole("switch", { name: "Agents get theirs", checked: false }).waitFor();
  await theirs.getByRole("button", { name: "Remove theirs" }).click();
  await theirs.waitFor({ state: "detached" });
  await line.getByRole("button", { name: "Remove birds", exact: true }).click();
  await line.getByRole("button", { name: "Remove birds with its secrets" }).click();
  await line.waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});
