import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Session } from "../../shared/contract/sessions.ts";
import { until } from "../../electron/testing/until.ts";
import { startHost, type Host } from "../kit/host.ts";
import { createWorkPlace, openDesk, type Desk, type WorkPlace } from "../kit/work-place.ts";
import { launchBrowser } from "./browser.ts";

let browser: Browser;
let place: WorkPlace;
let host: Host;
let desk: Desk;
let copy: string;

beforeEach(async () => {
  browser = await launchBrowser();
  place = await createWorkPlace();
  host = await startHost({ env: place.hostEnv });
  desk = await openDesk(host, place.repo);
  copy = await until(async () => {
    const { workingCopy } = await host.api<Session>("GET", `/sessions/${desk.session.id}`);
    return workingCopy.state === "ready" ? workingCopy.path : null;
  }, "the working copy");
});

afterEach(async () => {
  await browser.close();
  await host.stop();
  place.dispose();
});

async function open(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript((id) => localStorage.setItem("hearth.session", id), desk.session.id);
  await page.goto(await host.signInUrl());
  return page;
}

/** The number as the status bar, the tab and the panel have it. */
async function shown(page: Page, files: number): Promise<void> {
  await page.getByRole("button", { name: `worktree · ${files === 0 ? "no" : files} change` }).waitFor();
  await page.getByRole("tab", { name: `Changes ${files}`, exact: false }).waitFor();
  await page.getByRole("heading", { name: `Changes ${files}`, exact: true }).waitFor();
}

/** As lists have it, which don't look at the files. */
const listed = async (): Promise<Session | undefined> =>
  (await host.api<Session[]>("GET", `/projects/${desk.project.id}/sessions`))[0];

it("two pages show one number by themselves, and the next core has it at once", async () => {
  const pages = [await open(), await open()];
  writeFileSync(path.join(copy, "cart.ts"), "export const total = 2;\n");
  writeFileSync(path.join(copy, "new.ts"), "export const x = 1;\n");
  for (const page of pages) await shown(page, 2);
  writeFileSync(path.join(copy, "third.ts"), "export const y = 1;\n");
  for (const page of pages) await shown(page, 3);
  const counted = (await listed())?.changes;
  expect(counted).toEqual({ files: 3, additions: 3, deletions: 1 });
  for (const page of pages) await page.close();
  await host.stop();
  host = await startHost({ env: place.hostEnv });
  expect((await listed())?.changes).toEqual(counted);
  await shown(await open(), 3);
});

it("says of a merge that its files aren't the session's, and counts without them", async () => {
  const page = await open();
  writeFileSync(path.join(copy, "own.ts"), "export const own = 1;\n");
  await shown(page, 1);
  mkdirSync(path.join(place.repo, "team"));
  for (let at = 0; at < 40; at += 1) writeFileSync(path.join(place.repo, "team", `${at}.txt`), `${at}\n`);
  await place.user(place.repo, "add", "--all");
  await place.user(place.repo, "commit", "--quiet", "--message", "team");
  await place.user(copy, "merge", "--quiet", "--ff-only", "main");
  await page.getByText("Git brought in 40 files from main. They aren’t this session’s.").waitFor();
  await shown(page, 1);
  expect((await listed())?.workingCopy.broughtIn).toEqual({ files: 40, from: "main" });
});
