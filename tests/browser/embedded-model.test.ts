import path from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import type { EmbeddedModels } from "../../shared/contract/embedded-models.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { ProcessInfo } from "../../shared/contract/system.ts";
import { enginePins } from "../../electron/assistant/embedded/engine-pins.ts";
import { modelEngine } from "../../electron/testing/model-engine.ts";
import { NpmRegistry } from "../../electron/testing/npm-registry.ts";
import { writeTinyModel } from "../../electron/testing/tiny-gguf.ts";
import { until } from "../../electron/testing/until.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";
import { placeEngine } from "../kit/place-engine.ts";
import { agentReady } from "../kit/work-place.ts";

describe.skipIf(modelEngine === null)("an embedded model", () => {
  let office: Office;
  afterEach(() => office?.close());

  const processes = async (): Promise<string[]> =>
    (await office.host.api<ProcessInfo[]>("GET", "/system/processes")).flatMap(({ kind, label }) =>
      kind === "model" ? [label] : [],
    );

  async function openSettings(page: Page): Promise<Locator> {
    await page.keyboard.press("Control+,");
    await page.getByRole("tab", { name: "Local models" }).click();
    return page.getByRole("region", { name: "Embedded model" });
  }

  it("needs an install from npm, which is stopped, and refused where it isn't what was looked at", async () => {
    const registry = await NpmRegistry.start();
    for (const { name, version } of enginePins(process.platform, process.arch)?.packages ?? [])
      registry.publish(name, version, { "cli.js": "" }, { bin: { [path.basename(name)]: "cli.js" } });
    office = await openOffice({ files: { ".npmrc": `registry=http://${registry.host}/\n` } });
    const { page, complaints } = await office.desk();
    const section = await openSettings(page);
    await section.getByText(/^node-llama-cpp@.* from npm, about \d+ MB$/).waitFor();
    registry.stalls = true;
    await section.getByRole("button", { name: "Install" }).click();
    await section.getByRole("progressbar", { name: "Installing node-llama-cpp" }).waitFor();
    await section.getByRole("button", { name: "Stop" }).click();
    registry.stalls = false;
    await section.getByRole("button", { name: "Install" }).click();
    await section.getByRole("alert").filter({ hasText: "isn't what it was when it was looked at" }).waitFor();
    await section.getByRole("button", { name: "Try again" }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("is picked as a file, loaded, works in a turn, is unloaded, and is loaded again by a prompt", async () => {
    office = await openOffice();
    placeEngine(office.place.data);
    const { at, page, chat, complaints } = await office.desk();
    const section = await openSettings(page);
    await section.getByRole("button", { name: "Add a file" }).click();
    const form = page.getByRole("form", { name: "Add a model file" });
    await form.getByLabel("File").fill(path.join(office.place.root, "gone.gguf"));
    await form.getByRole("button", { name: "Add", exact: true }).click();
    await form.getByText("There is no such file").waitFor();
    const file = path.join(office.place.root, "tiny.gguf");
    writeTinyModel(file, { end: 3.5 });
    await form.getByLabel("File").fill(file);
    await form.getByLabel("Window").fill("16,384");
    await form.getByLabel("Threads").fill("1");
    await form.getByRole("button", { name: "Add", exact: true }).click();

    await section.getByText(/^16,384 tokens of window · 1 thread · needs about \d.* were free$/).waitFor();
    await section.getByRole("button", { name: "Load tiny" }).click();
    await section.getByRole("button", { name: "Unload tiny" }).waitFor();
    expect(await processes()).toEqual(["tiny (model)"]);
    await section.getByRole("button", { name: "Test tiny" }).click();
    await section.getByText(/Answered with one token in \d/).waitFor();

    await agentReady(office.host, "hearth");
    await page.keyboard.press("Escape");
    await at.choose("Agent", /^Hearth/);
    await at.choose("Model", /^tiny/);
    const runs = (): Promise<Run[]> => office.host.api<Run[]>("GET", `/chats/${chat.id}/coding-agent/runs`);
    const turn = async (text: string, count: number): Promise<void> => {
      await at.send(text);
      await until(
        async () => (await runs()).filter(({ endedAt }) => endedAt !== null).length === count,
        "the turn's end",
        90_000,
      );
      for (const run of await runs()) expect(run).toMatchObject({ status: "completed", resolvedModelId: "embedded/tiny" });
    };
    await turn("hello", 1);

    const [model] = (await office.host.api<EmbeddedModels>("GET", "/embedded-models")).models;
    await office.host.api("POST", `/embedded-models/${model?.id}/unload`);
    await until(async () => (await processes()).length === 0, "its process to be gone");
    await turn("hello again", 2);
    expect(await processes()).toEqual(["tiny (model)"]);
    expect(complaints).toEqual([]);
  });
});
