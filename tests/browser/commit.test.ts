import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openOffice } from "../kit/desk-page.ts";

it("shows what a commit's hooks print while they run, stops them, and keeps the message", async () => {
  const office = await openOffice();
  try {
    const { page, session, complaints } = await office.desk();
    const hook = "#!/bin/sh\necho running 412 tests\n[ -f .git/quick ] || sleep 600\n";
    writeFileSync(`${office.place.repo}/.git/hooks/pre-commit`, hook, { mode: 0o755 });
    await office.host.api("POST", `/projects/${office.project.id}/trust`);
    writeFileSync(`${session.workingCopy.path}/cart.ts`, "export const total = 2;\n");
    await office.host.api("POST", `/sessions/${session.id}/changes/apply`, {});
    const message = page.getByRole("textbox", { name: "Commit message" });
    await message.fill("Round the total");
    await page.getByRole("button", { name: /^Commit to main/ }).click();
    await page.getByText("running 412 tests").waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("alert").getByText("Nothing was committed. It was stopped.").waitFor();
    expect(await message.inputValue()).toBe("Round the total");
    writeFileSync(`${office.place.repo}/.git/quick`, "");
    await page.getByRole("button", { name: /^Commit to main/ }).click();
    await page.getByText(/^Committed [0-9a-f]{8} on main/).waitFor();
    expect(complaints).toEqual([]);
  } finally {
    await office.close();
  }
});
