import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { AgentInstall } from "../../shared/contract/agent-parts.ts";
import type { Agent } from "../../shared/contract/agents.ts";
import { desktopSize, launchBrowser, openPage, phoneSize } from "./browser.ts";
import { sampleState, startFakeCore, type FakeCore } from "./fake-core.ts";

let browser: Browser;
let core: FakeCore;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  core = await startFakeCore(sampleState());
  show({});
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await core.close();
});

const offer: AgentInstall = {
  packages: ["@maker/maker-cli@1.2.3"],
  aboutBytes: 400 * 1024 ** 2,
  installed: null,
  update: null,
  goingBytes: null,
  problem: null,
};

/** The agent `maker`, in place of the one that was shown before. */
function show(install: Partial<AgentInstall>, more: Partial<Agent> = {}): void {
  const [first] = core.state.agents;
  if (!first) throw new Error("The state has no agent");
  const missing = { found: "no", status: "unavailable", reason: "maker isn't here", wellKnown: true } as const;
  const agent: Agent = { ...first, id: "maker", label: "Maker", ...missing, install: { ...offer, ...install }, ...more };
  core.state.agents = [...core.state.agents.filter(({ id }) => id !== "maker"), agent];
  core.emit({ type: "agent", agent });
}

async function openAgents(size: { width: number; height: number }): Promise<{ page: Page; row: Locator }> {
  const { page } = await openPage(browser, core.url, size);
  if (size.width < 600) await page.getByRole("button", { name: "Projects and sessions" }).click();
  await page.getByRole("button", { name: "Settings" }).first().click();
  const settings = page.getByRole("main", { name: "Settings" });
  await settings.getByRole("tab", { name: "Agents" }).click();
  return { page, row: settings.getByRole("listitem").filter({ hasText: "Maker" }) };
}

const verbs = (): string[] => core.calls.map(({ verb }) => verb);

it.each([
  ["a desk", desktopSize],
  ["a phone", phoneSize],
])("on %s: installs, shows how far it is, stops, updates, removes, and says what went wrong", async (_, size) => {
  const { page, row } = await openAgents(size);
  await row.getByText("@maker/maker-cli@1.2.3 from npm, about 400 MB").waitFor();
  await row.getByRole("button", { name: "Install" }).click();
  await until(() => verbs().at(-1) === "agents.install");
  show({ goingBytes: 100 * 1024 ** 2 });
  const bar = row.getByRole("progressbar", { name: "Installing Maker" });
  await until(async () => (await bar.getAttribute("aria-valuenow")) === "25");
  await row.getByText("100 MB of about 400 MB").waitFor();
  await row.getByRole("button", { name: "Stop" }).click();
  await until(() => verbs().at(-1) === "agents.stopInstall");
  show({ problem: "The registry of npm can't be reached." });
  await row.getByRole("alert").filter({ hasText: "can't be reached" }).waitFor();
  await row.getByRole("button", { name: "Try again" }).waitFor();

  const here = { found: "yes", status: "ready", reason: null } as const;
  const installed = { version: "1.2.3", bytes: 390 * 1024 ** 2, used: true };
  show({ installed }, here);
  await row.getByText("Installed by Hearth, 390 MB").waitFor();
  await row.getByRole("button", { name: "Look for an update" }).click();
  await row.getByText("There is no newer version.").waitFor();
  show({ installed, update: "1.3.0" }, here);
  await row.getByRole("button", { name: "Update to 1.3.0" }).click();
  await until(() => verbs().at(-1) === "agents.install");
  show({ installed: { ...installed, used: false } }, { ...here, path: "/usr/bin/maker" });
  await row.getByText("Your own is used: /usr/bin/maker.").waitFor();
  await row.getByRole("button", { name: "Remove Maker" }).click();
  await until(() => verbs().at(-1) === "agents.uninstall");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

it("installs from the list of agents beside the prompt, which stays open, and stops there", async () => {
  const { page } = await openPage(browser, core.url);
  await page.locator("[data-session-row]").filter({ hasText: "cart rounding" }).click();
  await page.getByRole("combobox", { name: /^Agent: / }).click();
  const row = page.getByRole("option", { name: /^Maker/ });
  await row.getByText("from npm, about 400 MB").waitFor();
  await row.click();
  await until(() => verbs().at(-1) === "agents.install");
  show({ goingBytes: 100 * 1024 ** 2 });
  await row.getByText("100 MB of about 400 MB").waitFor();
  await row.click();
  await until(() => verbs().at(-1) === "agents.stopInstall");
});
