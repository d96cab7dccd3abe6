import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AppState } from "../../shared/contract/system.ts";
import { until } from "../../electron/testing/until.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";

let office: Office;
beforeAll(async () => {
  office = await openOffice();
}, 120_000);
afterAll(() => office.close());

type Config = { problems: { line: number | null }[] };

/** As an editor saves: a new file takes the old one's place. */
function save(name: string, text: string): void {
  const file = path.join(office.place.root, "config", name);
  writeFileSync(`${file}~`, text);
  renameSync(`${file}~`, file);
}

it("an edit by hand is taken up at once, and its wrong line named on the page and in the API", async () => {
  const { page } = await office.desk();
  save("settings.json", '{\n  "theme": "dark",\n  "fontSize": 99\n}\n');
  await page.locator("h2", { hasText: "settings.json, line 3" }).waitFor();
  await page.locator("html[data-theme=dark]").waitFor();
  await page.locator("button", { hasText: "Show" }).click();
  const settings = page.getByRole("main", { name: "Settings" });
  await settings.getByText("Line 3:", { exact: true }).waitFor();
  save("settings.json", '{\n  "theme": "light"\n}\n');
  await settings.getByText("Line 3:", { exact: true }).waitFor({ state: "detached" });
  await page.locator("html[data-theme=dark]").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  save("agents.json", '{\n  "mine": { "extends": "practice", "label": "Mine" },\n  "odd": { "colour": "red" }\n}\n');
  await page.getByRole("button", { name: "agents.json:3" }).waitFor();
  const agents = async (): Promise<AppState["agents"]> => office.host.api("GET", "/agents");
  await until(async () => (await agents()).some(({ label }) => label === "Mine"));
  const { problems } = await office.host.api<Config>("GET", "/agents/config");
  expect(problems).toMatchObject([{ entry: "odd", line: 3 }]);
});
