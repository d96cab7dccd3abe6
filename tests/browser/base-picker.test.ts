import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Session } from "../../shared/contract/sessions.ts";
import { until } from "../../electron/testing/until.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";

let office: Office;
let desk: DeskPage;

/** 40 local branches beside 750 newer ones of a remote, on which `main` went on by one commit. */
beforeAll(async () => {
  office = await openOffice();
  const { place } = office;
  const { repo, root } = place;
  const git = (...args: string[]): Promise<string> => place.user(repo, ...args);
  const remote = path.join(root, "remote");
  await git("clone", "--quiet", repo, remote);
  const base = await git("rev-parse", "HEAD");
  const later = await git("commit-tree", "-p", "HEAD", "-m", "Later", "HEAD^{tree}");
  const refs = [
    ...Array.from({ length: 40 }, (_, at) => `${base} refs/heads/mine-${at + 1}`),
    ...Array.from({ length: 750 }, (_, at) => `${later} refs/remotes/origin/theirs-${at + 1}`),
    `${base} refs/remotes/origin/main`,
  ];
  writeFileSync(path.join(repo, ".git/packed-refs"), `${refs.join("\n")}\n`);
  await git("remote", "add", "origin", remote);
  await git("config", "branch.main.remote", "origin");
  await git("config", "branch.main.merge", "refs/heads/main");
  place.write(remote, { "new.ts": "export const x = 1;\n" });
  await place.user(remote, "add", "new.ts");
  await place.user(remote, "commit", "--quiet", "--message", "Went on");
  desk = await office.desk();
});
afterAll(() => office.close());

it("lists local branches first, finds any other by its name, and starts there", async () => {
  const { page } = desk;
  await page.getByRole("button", { name: "New session in shop" }).click();
  await page.getByText(/Behind origin\/main by 1 commit, fetched just now/).waitFor();
  await page.getByRole("combobox", { name: "Base: main" }).click();
  const options = page.getByRole("option");
  await options.first().waitFor();
  const names = (await options.allInnerTexts()).map((text) => text.split("\n")[0] ?? "");
  expect(names[0]).toBe("main");
  expect(names.slice(1, 41).toSorted()).toEqual(Array.from({ length: 40 }, (_, at) => `mine-${at + 1}`).toSorted());
  expect(names.slice(41).every((name) => name.startsWith("origin/"))).toBe(true);
  await page.getByText("There are more: type a part of the name.").waitFor();
  await page.keyboard.type("origin theirs-7");
  await until(async () => (await options.allInnerTexts()).every((text) => text.includes("theirs-7")), "what was looked for");
  await page.keyboard.type("50");
  await until(async () => (await options.count()) === 1, "the one branch");
  await options.first().click();
  await page.getByRole("combobox", { name: "Base: origin/theirs-750" }).waitFor();
  await page.getByRole("button", { name: "Start session" }).click();
  const started = await until(async () => {
    const all = await office.host.api<Session[]>("GET", `/projects/${office.project.id}/sessions`);
    return all.find(({ workingCopy }) => workingCopy.baseRef === "origin/theirs-750");
  }, "the session");
  expect(started.workingCopy.baseCommit).toBe(await office.place.user(office.place.repo, "rev-parse", "origin/theirs-750"));
});
