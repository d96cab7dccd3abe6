import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { axeFinds } from "../kit/axe.ts";
import type { DeskPage, Office } from "../kit/desk-page.ts";
import { bashPrompt, openBashOffice, openTerminal, withoutWebgl, type AtTerminal } from "../kit/terminal-page.ts";
import { until } from "../../electron/testing/until.ts";

describe("files that a terminal names", () => {
  let office: Office;
  let desk: DeskPage;
  let terminal: AtTerminal;

  beforeAll(async () => {
    office = await openBashOffice();
  });
  afterAll(() => office?.close());
  beforeEach(async () => {
    desk = await office.desk({ prepare: withoutWebgl });
    const folder = path.join(desk.session.workingCopy.path, "src/日本");
    mkdirSync(folder, { recursive: true });
    const lines = Array.from({ length: 20_000 }, (_, at) => `export const value${at + 1} = ${at + 1}; // <b>`);
    writeFileSync(path.join(folder, "big.ts"), `${lines.join("\n")}\n`);
    writeFileSync(path.join(folder, "data.bin"), Buffer.from([0, 1, 2]));
    terminal = await openTerminal(desk.page, bashPrompt);
  });
  afterEach(async () => {
    await desk?.page.context().close();
    expect(desk.complaints).toEqual([]);
  });

  async function pointAt(text: string): Promise<{ x: number; y: number }> {
    const { x, y } = await terminal.spot(text);
    // xterm finds out what lies under the pointer as it moves there.
    await desk.page.mouse.move(x - 40, y + 40);
    await desk.page.mouse.move(x - 3, y);
    await desk.page.mouse.move(x, y);
    return { x, y };
  }
  async function follow(text: string): Promise<void> {
    const { x, y } = await pointAt(text);
    await terminal.tab.getByText("click opens").waitFor();
    await desk.page.keyboard.down("Control");
    await desk.page.mouse.click(x, y);
    await desk.page.keyboard.up("Control");
  }
  const text = () => desk.page.locator("[data-file-text]:visible");
  async function standsAt(line: number): Promise<void> {
    const current = text().locator('[aria-current="location"]');
    await until(async () => (await current.getAttribute("data-line")) === `${line}`, `line ${line}`);
    const [around, row] = [(await text().boundingBox())!, (await current.boundingBox())!];
    expect(row.y).toBeGreaterThanOrEqual(around.y);
    expect(row.y + row.height).toBeLessThanOrEqual(around.y + around.height);
  }

  it("open at their line, by a click; again at another line; in the folder in which a wide name stands", async () => {
    await terminal.line("clear; echo 'src/日本/big.ts:15000:3: error'; echo ./src/日本/big.ts:7");
    await follow("big.ts:15000:3");
    await standsAt(15_000);
    expect(await text().locator('[data-line="15000"] code').textContent()).toBe("export const value15000 = 15000; // <b>");
    await desk.page.locator("[data-file-text]:focus").waitFor();
    await desk.page.getByRole("tab", { name: "big.ts" }).waitFor();

    await follow("big.ts:7");
    await standsAt(7);
    expect(await desk.page.getByRole("tab", { name: "big.ts" }).count()).toBe(1);

    for (const theme of ["light", "dark"] as const) {
      await desk.page.evaluate((name) => document.documentElement.setAttribute("data-theme", name), theme);
      expect(await axeFinds(desk.page)).toEqual([]);
    }
    await desk.page.reload();
    await desk.page.getByRole("tab", { name: "big.ts" }).waitFor();
  });

  it("are those of the folder in which the shell stood as it was printed, before one of that name at the root", async () => {
    const inner = path.join(desk.session.workingCopy.path, "packages/a/src");
    mkdirSync(inner, { recursive: true });
    for (const [folder, what] of [
      [inner, "inner"],
      [path.join(desk.session.workingCopy.path, "src"), "outer"],
    ] as const)
      writeFileSync(path.join(folder, "index.ts"), `one\n${what}\nthree\n`);
    const opens = async (link: string, line: number, what: string): Promise<void> => {
      await follow(link);
      await until(async () => (await text().locator('[data-line="2"] code').textContent()) === what, what);
      await standsAt(line);
    };
    await terminal.line("clear; echo first src/index.ts:1; cd packages/a");
    await terminal.line("echo second src/index.ts:2");
    await terminal.line("echo third $OLDPWD/src/index.ts:3");
    await terminal.sees("third /");
    await opens("first src/index.ts:1", 1, "outer");
    await opens("second src/index.ts:2", 2, "inner");
    await opens("src/index.ts:3", 3, "outer");
  });

  it("S44 are no links where there is no such file in the working copy, nor where it isn't text", async () => {
    await terminal.line("clear; echo /etc/passwd:1 none.ts:3 ../x.ts:1 src/日本/data.bin:1 cart.ts:1");
    for (const name of ["passwd:1", "none.ts:3", "x.ts:1", "data.bin:1"]) {
      await pointAt(name);
      // The core has been asked by the time that a link on the same line is there.
      await pointAt("cart.ts:1");
      await terminal.tab.getByText("click opens").waitFor();
      await pointAt(name);
      await terminal.tab.getByText("click opens").waitFor({ state: "detached" });
    }
  });
});
