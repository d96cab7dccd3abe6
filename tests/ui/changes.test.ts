import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Session } from "../../shared/contract/sessions.ts";
import { until } from "../../electron/testing/until.ts";
import { startHost, type Host } from "../kit/host.ts";
import { createWorkPlace, openDesk, type Desk, type WorkPlace } from "../kit/work-place.ts";
import { launchBrowser } from "./browser.ts";

let browser: Browser;
let place: WorkPlace;
let host: Host;
let desk: Desk;
let page: Page;
let copy: string;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  place = await createWorkPlace();
  host = await startHost({ env: place.hostEnv });
  desk = await openDesk(host, place.repo);
  const ready = await until(async () => {
    const session = await host.api<Session>("GET", `/sessions/${desk.session.id}`);
    return session.workingCopy.state === "ready" ? session : null;
  }, "the working copy");
  copy = ready.workingCopy.path;
  writeFileSync(path.join(copy, "cart.ts"), "export const total = 2;\n");
  mkdirSync(path.join(copy, "src"));
  writeFileSync(path.join(copy, "src/new.ts"), "export const x = 1;\n");
  writeFileSync(path.join(copy, "evil\u202etxt.sh"), "echo\n");
  chmodSync(path.join(copy, "README.md"), 0o755);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && complaints.push(message.text()));
  await page.addInitScript((id) => localStorage.setItem("hearth.session", id), desk.session.id);
  await page.goto(await host.signInUrl());
  await files().waitFor();
  expect(complaints).toEqual([]);
});

afterEach(async () => {
  await page.close();
  await host.stop();
  place.dispose();
});

const files = () => page.getByRole("listbox", { name: "Changed files" });
const checkout = (file: string): string => readFileSync(path.join(place.repo, file), "utf8");

it("stays in front in a narrow window, where it is a tab beside the chat's", async () => {
  await page.locator("[data-composer]").focus();
  await page.setViewportSize({ width: 850, height: 600 });
  await page.keyboard.press("Control+Shift+G");
  await files().and(page.locator(":focus")).waitFor();
  await files().getByText("cart.ts").click();
  await page.evaluate(async () => {
    for (let frame = 0; frame < 5; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  expect(await page.getByRole("tab", { selected: true }).innerText()).toContain("Changes");
  await page.getByRole("tab", { name: /Chat/ }).click();
  await page.locator("[data-composer]").waitFor();
});

it("shows what is pending: letters, marks for hidden characters, highlighted lines", async () => {
  await until(async () => (await files().getByRole("option").count()) === 4, "the four files");
  expect(await files().innerText()).toContain("evil⟨U+202E⟩txt.sh");
  await files().getByText("cart.ts").click();
  const diff = page.locator("diffs-container");
  await diff.getByText("export const total = 2;").waitFor();
  await until(
    async () =>
      new Set(await diff.locator("[data-line] span").evaluateAll((spans) => spans.map((span) => getComputedStyle(span).color)))
        .size > 2,
    "colours",
  );
  await files().getByText("README.md").click();
  await page.getByText("Becomes executable").waitFor();
});

it("is reviewed with the keyboard: approve, go on, reject, and take the rejection back", async () => {
  await files().focus();
  const selected = () => files().getByRole("option", { selected: true }).innerText();
  await page.keyboard.press("j");
  await until(async () => (await selected()).includes("cart.ts"), "the second file");
  await page.keyboard.press("a");
  await page.getByText("1 approved", { exact: true }).waitFor();
  await page.keyboard.press("k");
  await page.keyboard.press("n");
  await until(async () => (await selected()).includes("evil"), "the next that isn't approved");
  await page.keyboard.press("r");
  await page
    .getByText(/^Rejected evil/)
    .first()
    .waitFor();
  await until(() => !existsSync(path.join(copy, "evil\u202etxt.sh")), "the file's end");
  await page.getByRole("button", { name: "Undo" }).click();
  await until(() => existsSync(path.join(copy, "evil\u202etxt.sh")), "the file's return");
  await until(async () => (await files().getByRole("option").count()) === 4, "four changes again");
});

it("applies after a preview, can take it out again, and commits what was applied", async () => {
  const apply = async (): Promise<void> => {
    await page.getByRole("button", { name: "Apply all 4 → main" }).click();
    const dialog = page.getByRole("dialog", { name: /^Apply/ });
    await dialog.getByText("4 will be written").waitFor();
    await dialog.getByRole("button", { name: "Apply 4 files" }).click();
    await page.getByLabel("Commit message").waitFor();
  };
  await apply();
  expect(checkout("cart.ts")).toBe("export const total = 2;\n");
  await page.getByRole("button", { name: "Undo" }).click();
  await until(() => checkout("cart.ts") === "export const total = 1;\n", "the checkout as before");
  await files().waitFor();
  await apply();
  await page.getByLabel("Commit message").fill("Two in total");
  await page.getByRole("button", { name: /^Commit/ }).click();
  await page
    .getByText(/^Committed/)
    .first()
    .waitFor();
  expect(await place.user(place.repo, "log", "-1", "--format=%s")).toBe("Two in total");
  expect(await place.user(place.repo, "status", "--porcelain")).toBe("");
});

it("applies what is approved, and the Undo of each toast takes back its own apply", async () => {
  const approve = async (file: string): Promise<void> => {
    await files().getByRole("option", { name: file }).click();
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByRole("button", { name: "Apply 1 approved → main" }).click();
    await page.getByRole("button", { name: "Apply 1 file" }).click();
    await page.getByText(`Applied ${file} to main`).waitFor();
  };
  await approve("cart.ts");
  await approve("new.ts");
  expect([checkout("cart.ts"), checkout("src/new.ts")]).toEqual(["export const total = 2;\n", "export const x = 1;\n"]);
  expect(existsSync(path.join(place.repo, "evil\u202etxt.sh"))).toBe(false);
  const first = page.getByText("Applied cart.ts to main").locator("xpath=ancestor::*[.//button[text()='Undo']][1]");
  await first.getByRole("button", { name: "Undo" }).click();
  await until(() => checkout("cart.ts") === "export const total = 1;\n", "the first apply taken back");
  expect(checkout("src/new.ts")).toBe("export const x = 1;\n");
});

it("R85 shows what conflicts with the checkout before anything is written, and applies the rest without it", async () => {
  writeFileSync(path.join(place.repo, "cart.ts"), "export const total = 3;\n");
  await page.getByRole("button", { name: /^Apply all 4/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Apply/ });
  await dialog.getByText("1 in conflict with the checkout").waitFor();
  await dialog.getByRole("button", { name: "Apply the other 3" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Apply all 1 / }).click();
  await dialog.getByText("1 in conflict with the checkout").waitFor();
  expect(await dialog.getByRole("button", { name: /^Apply/ }).isDisabled()).toBe(true);
  expect(checkout("cart.ts")).toBe("export const total = 3;\n");
});
