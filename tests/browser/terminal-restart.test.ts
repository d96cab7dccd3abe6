import { expect, it } from "vitest";
import { openOffice } from "../kit/desk-page.ts";
import { startHost } from "../kit/host.ts";
import { openTerminal, withoutWebgl } from "../kit/terminal-page.ts";

it("shows what a terminal showed before Hearth was started anew, and a shell that begins under it", async () => {
  const office = await openOffice({
    env: { SHELL: "/bin/bash" },
    files: { ".bash_profile": "PS1='ready> '\nunset PROMPT_COMMAND HISTFILE\n" },
  });
  const { page, session } = await office.desk({ prepare: withoutWebgl });
  try {
    const terminal = await openTerminal(page, "ready>");
    await terminal.line("echo before-$((1 + 1)); where=lost");
    await terminal.sees("before-2");
    await office.host.stop();
    const again = await startHost({ env: office.place.hostEnv });
    try {
      await page.addInitScript((id) => localStorage.setItem("hearth.session", id), session.id);
      await page.goto(await again.signInUrl());
      await terminal.sees(/before-2[^]*The shell ended with Hearth\. A new one began here\.[^]*ready>/);
      await terminal.focus();
      await terminal.line("echo after-$((1 + 1))-$where-");
      await terminal.sees("after-2--");
      expect(await page.locator('[role="tab"]', { hasText: "ended" }).count()).toBe(0);
    } finally {
      await again.stop();
    }
  } finally {
    await office.close();
  }
});
