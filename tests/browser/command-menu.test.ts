import { afterAll, beforeAll, expect, it } from "vitest";
import { fakeMain } from "../../electron/testing/agent-kit.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";

let office: Office;
beforeAll(async () => {
  const mine = { extends: "claude", label: "Mine", protocol: "acp", command: process.execPath, args: [fakeMain] };
  office = await openOffice({ agents: { mine }, files: { ".claude/commands/deploy.md": "Deploy it" } });
});
afterAll(() => office?.close());

it("offers what the agent tells, what stands in the project's and the person's files, and Hearth's own, in groups", async () => {
  const { place, host, project } = office;
  place.write(place.repo, {
    ".claude/commands/check.md": "---\ndescription: Check \u202Eit\n---\n",
    ".claude/skills/release/SKILL.md": "---\ndescription: Make a release\n---\n",
  });
  await place.user(place.repo, "add", "-A");
  await place.user(place.repo, "commit", "-qm", "Commands");
  await host.api("POST", `/projects/${project.id}/trust`);
  const { page, at, complaints } = await office.desk();
  await page.getByRole("combobox", { name: /^Agent/ }).click();
  await page.getByRole("option", { name: /^Mine/ }).click();
  // After a turn its working copy is there, and the agent has told of its commands.
  await at.send("hello");
  await at.sees(/^hello/);
  await at.prompt.fill("/");
  const list = page.getByRole("listbox", { name: "Commands" });
  await list.getByText("Your commands").waitFor();
  const lines = (await list.innerText()).split("\n").map((line) => line.trim());
  const groups = ["Mine", "Project commands", "Project skills", "Your commands", "Hearth"];
  expect(lines.filter((line) => groups.includes(line))).toEqual(groups);
  expect(lines).toContain("early");
  expect(await list.innerText()).not.toContain("\u202E");
  await at.prompt.fill("/rel");
  await page.keyboard.press("Enter");
  expect(await at.prompt.inputValue()).toBe("/release ");
  expect(complaints).toEqual([]);
});
