import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";

let office: Office;
let desk: DeskPage;

beforeAll(async () => {
  office = await openOffice();
  desk = await office.desk();
}, 120_000);
afterAll(() => office?.close());

/** The buttons that are seen and filled with the accent. */
const filled = (): Promise<string[]> =>
  desk.page.evaluate(() => {
    const probe = document.createElement("span");
    probe.style.backgroundColor = "var(--hearth-accent)";
    document.body.append(probe);
    const accent = getComputedStyle(probe).backgroundColor;
    probe.remove();
    return [...document.querySelectorAll("button")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]"))
      .filter((one) => getComputedStyle(one).backgroundColor === accent)
      .map((one) => one.getAttribute("aria-label") ?? one.textContent ?? "");
  });
const untilFilled = (names: RegExp[]): Promise<unknown> =>
  until(
    async () => {
      const now = await filled();
      if (now.length !== names.length || !now.every((name, at) => names[at]?.test(name)))
        throw new Error(`Filled: ${now.join(", ")}`);
      return true;
    },
    `${names.join(", ")} to be filled`,
  );

it("has one filled button on the screen: what asks, else Send, else Apply", async () => {
  const { page, at } = desk;
  await untilFilled([]);
  const copy = await until(async () => {
    const { workingCopy } = await office.host.api<Session>("GET", `/sessions/${desk.session.id}`);
    return workingCopy.state === "ready" ? workingCopy.path : null;
  }, "the working copy");
  writeFileSync(path.join(copy, "new.txt"), "new\n");
  await untilFilled([/^Apply/]);
  await at.choose("Agent", "Practice");
  await at.prompt.fill("run echo one\nsay done");
  await untilFilled([/^Send$/]);
  await at.button("Send").click();
  await at.permission(/echo one/);
  await untilFilled([/^Allow once/]);
  await at.prompt.fill("later");
  await untilFilled([/^Allow once/]);
  // The same card in the inbox lies over it.
  await page.keyboard.press("Control+j");
  await untilFilled([/^Allow once/]);
  await page.keyboard.press("Control+j");
  await page.keyboard.press("Control+Shift+O");
  await untilFilled([/^Start session/]);
  await page.keyboard.press("Escape");
  await at.answer(/echo one/, /^Allow once/);
  await untilFilled([/^(Queue|Send)$/]);
  await at.prompt.fill("");
  await at.idle();
  await untilFilled([/^Apply/]);
  await page.getByRole("button", { name: /^Apply all/ }).click();
  const dialog = page.getByRole("dialog", { name: "Apply to main" });
  await dialog.getByText("Added", { exact: true }).waitFor({ state: "attached" });
  expect(await dialog.getByRole("listitem").first().innerText()).toMatch(/A[\s\S]*new\.txt[\s\S]*\+1/);
  await untilFilled([/^Apply 1 file/]);
});

it("keeps what an input method types, and passes a prompt that ends in a mention with ↑", async () => {
  const { page, at } = desk;
  await page.keyboard.press("Escape");
  await at.prompt.fill("say look at @cart.ts");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await at.sees(/^look at @cart\.ts$/);
  await at.idle();
  await page.keyboard.press("ArrowUp");
  await until(async () => (await at.prompt.inputValue()) === "say look at @cart.ts", "the last prompt");
  await page.keyboard.press("ArrowUp");
  await until(async () => (await at.prompt.inputValue()).startsWith("run echo one"), "the prompt before it");
  await at.prompt.fill("にほん");
  // WebKit tells of the Enter that ends a composition after its end, with the old key code of an input method.
  await at.prompt.evaluate((field) =>
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true })),
  );
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  expect(await at.prompt.inputValue()).toBe("にほん");
});
