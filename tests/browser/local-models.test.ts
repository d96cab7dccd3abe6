import { afterAll, beforeAll, expect, it } from "vitest";
import { startLocalModelServer, type LocalModelServer } from "../../electron/testing/model-servers/start.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";

let office: Office;
let server: LocalModelServer;
beforeAll(async () => {
  const models = [{ name: "qwen3:8b", window: 16_384, loaded: true, tools: true, reasoning: true }, { name: "gemma" }];
  server = await startLocalModelServer({ kind: "ollama", models, key: "sk-right-0123456789" });
  office = await openOffice();
});
afterAll(async () => {
  await office?.close();
  await server?.close();
});

it("adds a model server with its key, tests, samples and switches off its models, and removes it", async () => {
  const { page, complaints } = await office.desk();
  await page.keyboard.press("Control+,");
  await page.getByLabel("Search settings").fill("ollama");
  await page.getByRole("tab", { name: "Local models" }).click();

  await page.getByRole("button", { name: "Add a server" }).click();
  const form = page.getByRole("form", { name: "Add a model server" });
  await form.getByLabel("Address").fill("my machine");
  await form.getByRole("button", { name: "Add" }).click();
  await form.getByText("This is no address").waitFor();
  await form.getByLabel("Address").fill(server.root);
  await form.getByLabel("Name").fill("Workshop");
  await form.getByLabel("Key").fill("sk-wrong-0123456789");
  await form.getByRole("button", { name: "Add" }).click();
  const card = page.getByRole("region", { name: "Workshop" });
  await card.getByText("It doesn't take this key").waitFor();
  await card.getByRole("button", { name: "Change Workshop" }).click();
  await card.getByLabel("Key").fill("sk-right-0123456789");
  await card.getByRole("button", { name: "Save" }).click();

  await card.getByText("window of 16,384 tokens · loaded · tools · reasons").waitFor();
  await card.getByText("window unknown · not loaded · no tools").waitFor();
  await card.getByText("until Hearth ends: there is no keyring here").waitFor();
  expect(await page.content()).not.toContain("sk-right");
  await card.getByRole("button", { name: "Test qwen3:8b" }).click();
  await card.getByText(/Answered with one token in \d/).waitFor();

  await card.getByRole("button", { name: "Sampling of qwen3:8b" }).click();
  const sampling = card.getByRole("form", { name: "Sampling of qwen3:8b" });
  await sampling.getByLabel("temperature").fill("7");
  await sampling.getByRole("button", { name: "Save" }).click();
  await sampling.getByText("A number from 0 to 5").waitFor();
  await sampling.getByLabel("temperature").fill("0.6");
  await sampling.getByRole("button", { name: "Save" }).click();
  await card.getByText("1 of its sampling set").waitFor();

  await card.getByRole("switch", { name: "gemma may be used" }).click();
  await card.getByRole("switch", { name: "gemma may be used", checked: false }).waitFor();
  await card.getByRole("button", { name: "Remove Workshop", exact: true }).click();
  await card.getByRole("button", { name: "Remove Workshop with its key" }).click();
  await card.waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});
