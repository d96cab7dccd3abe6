import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Project } from "../shared/contract/projects.ts";
import type { Session } from "../shared/contract/sessions.ts";
import { until } from "../electron/testing/until.ts";
import { processesOf, startHost, type Host } from "./kit/host.ts";
import { atPage, beginAtFirstPage } from "./kit/page.ts";
import { answerFor, createRealAgentPlace, type RealAgentPlace } from "./kit/real-agent-place.ts";
import { agentReady } from "./kit/work-place.ts";
import { launchBrowser, openPage } from "./ui/browser.ts";

describe("the main job at the page, with real agents", { timeout: 180_000 }, () => {
  let browser: Browser;
  let place: RealAgentPlace | null = null;
  let host: Host | null = null;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await host?.stop();
    const left = place ? processesOf(place.home) : [];
    await place?.close();
    host = null;
    place = null;
    expect(left).toEqual([]);
  });

  it.each([
    ["opencode", "OpenCode"],
    ["qwen", "Qwen Code"],
  ] as const)("%s: a turn, an edit that is allowed and applied, Stop, another agent, and its memory", async (agentId, label) => {
    const here = await createRealAgentPlace(agentId);
    place = here;
    here.model.script(answerFor(agentId));
    host = await startHost({ env: here.hostEnv });
    await agentReady(host, agentId);
    const { page, complaints } = await openPage(browser, await host.signInUrl());
    page.setDefaultTimeout(60_000);
    const at = atPage(page);
    await beginAtFirstPage(at, here.repo);
    const [project] = await host.api<Project[]>("GET", "/projects");
    const [session] = await host.api<Session[]>("GET", `/projects/${project?.id}/sessions`);
    const worktree = session?.workingCopy.path ?? "";

    await at.choose("Agent", label);
    await at.send("the colour is teal");
    await at.sees("You said: the colour is teal");
    await at.idle();

    await at.send(`edit ${path.join(worktree, "cart.ts")}: total = 1 -> total = 2`);
    await at.answer(/asks: Edit cart\.ts/, /^Allow once/);
    await at.sees("It is changed.");
    await at.idle();
    await at.showTab(/^Changes/);
    await page
      .getByRole("option", { name: /cart\.ts/ })
      .getByRole("img", { name: label })
      .waitFor();
    await at.button("Apply all 1 → main").click();
    await page.getByRole("dialog", { name: "Apply to main" }).getByRole("button", { name: "Apply 1 file" }).click();
    await until(
      () => readFileSync(path.join(here.repo, "cart.ts"), "utf8") === "export const total = 2;\n",
      "the checkout to change",
    );

    await at.send("please hang");
    await at.sees("Let me think");
    await at.button("Stop").click();
    await at.sees(/^Stopped/);
    await at.idle();
    await at.choose("Agent", "Practice");
    await at.send("say Between the two");
    await at.sees(/^Between the two/);
    await at.idle();
    await at.choose("Agent", label);
    await at.send("which colour");
    await at.sees("You said: which colour");
    expect(here.model.requests.at(-1)?.transcript.join("\n")).toContain("the colour is teal");
    expect(complaints).toEqual([]);
    expect(here.asked).toEqual([]);
  });
});
