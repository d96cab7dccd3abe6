import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Project } from "../shared/contract/projects.ts";
import type { Run } from "../shared/contract/runs.ts";
import type { Session } from "../shared/contract/sessions.ts";
import { until } from "../electron/testing/until.ts";
import { processesOf, startHost, type Host } from "./kit/host.ts";
import { atPage, beginAtFirstPage, type AtPage } from "./kit/page.ts";
import { agentReady, createWorkPlace, type WorkPlace } from "./kit/work-place.ts";
import { launchBrowser, openPage } from "./ui/browser.ts";

const failed = path.resolve(import.meta.dirname, "../.cache/failed");

describe("the main job at the page, with the practice agent", { timeout: 180_000 }, () => {
  let browser: Browser;
  let place: WorkPlace;
  let host: Host;
  let at: AtPage;
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    place = await createWorkPlace();
    const config = place.hostEnv["HEARTH_CONFIG_DIR"] ?? "";
    mkdirSync(config, { recursive: true });
    writeFileSync(path.join(config, "agents.json"), JSON.stringify({ other: { extends: "practice", label: "Other" } }));
    host = await startHost({ env: place.hostEnv });
    await agentReady(host, "practice");
    await agentReady(host, "other");
    const opened = await openPage(browser, await host.signInUrl());
    opened.page.setDefaultTimeout(60_000);
    at = atPage(opened.page);
    complaints = opened.complaints;
  });
  afterEach(async ({ task }) => {
    // What the page showed when a test failed is the first thing to look at.
    if (task.result?.state === "fail") await at.page.screenshot({ path: path.join(failed, `${task.name.slice(0, 40)}.png`) });
    for (const context of browser.contexts()) await context.close();
    await host?.stop();
    const left = processesOf(place.home);
    place?.dispose();
    expect(left).toEqual([]);
    expect(complaints).toEqual([]);
  });

  const theSession = async (): Promise<Session> => {
    const [project] = await host.api<Project[]>("GET", "/projects");
    const [session] = await host.api<Session[]>("GET", `/projects/${project?.id}/sessions`);
    if (!session) throw new Error("There is no session");
    return session;
  };
  /** Reads files of the session's working copy; null where there is none. */
  const reader = async (): Promise<(file: string) => string | null> => {
    const worktree = (await theSession()).workingCopy.path;
    return (file) => (existsSync(path.join(worktree, file)) ? readFileSync(path.join(worktree, file), "utf8") : null);
  };
  const theRuns = async (): Promise<Run[]> => {
    const chats = await host.api<{ id: string }[]>("GET", `/sessions/${(await theSession()).id}/chats`);
    return (await Promise.all(chats.map((chat) => host.api<Run[]>("GET", `/chats/${chat.id}/coding-agent/runs`)))).flat();
  };
  const checkout = (file: string): string => path.join(place.repo, file);

  it("goes from a folder to a commit: watch, answer, review, apply, commit", async () => {
    await beginAtFirstPage(at, place.repo);
    await at.choose("Agent", "Practice");
    await at.send(
      [
        "think The total is wrong",
        "plan Read the cart; Change it",
        "say I will change the **total**.",
        "read cart.ts",
        'replace "total = 1" with "total = 2" in cart.ts',
        "create src/tax.ts: export const tax = 0.2;",
        "run git status --short",
        "ask Which branch? Main | Next",
        "say All done here.",
      ].join("\n"),
    );
    await at.sees("I will change the");
    await at.sees(/^Thought|^Thinking/);
    await at.log.getByRole("region", { name: "Plan" }).getByText("Read the cart").waitFor();
    const edit = await at.permission(/asks: Edit cart\.ts/);
    await edit.getByText("export const total = 2;").waitFor();
    await at.answer(/asks: Edit cart\.ts/, /^Allow once/);
    await at.answer(/asks: Create src\/tax\.ts/, /^Allow once/);
    await at.answer(/asks: Run a command .*git status/, /^Allow once/);
    await at.log.getByRole("radio", { name: "Next" }).click();
    await at.log.getByRole("button", { name: /^Answer/ }).click();
    await at.sees("You chose Next.");
    await at.sees("All done here.");
    await at.idle();
    expect(readFileSync(checkout("cart.ts"), "utf8")).toBe("export const total = 1;\n");
    expect(existsSync(checkout("src/tax.ts"))).toBe(false);

    await at.showTab(/^Changes/);
    const files = at.page.getByRole("option");
    await until(async () => (await files.count()) === 2, "both changes");
    await files.filter({ hasText: "cart.ts" }).click();
    await at.page.getByRole("region", { name: "Change" }).getByText("export const total = 2;").first().waitFor();
    await at.page.getByRole("region", { name: "Change" }).getByRole("button", { name: "Approve" }).click();
    await at.page.getByRole("region", { name: "Change" }).getByRole("button", { name: "Approved" }).waitFor();
    await at.button(/^Apply 1 approved → main/).waitFor();
    await files.filter({ hasText: "tax.ts" }).click();
    await at.page.getByRole("region", { name: "Change" }).getByRole("button", { name: "Approve" }).click();
    await at.button(/^Apply 2 approved → main/).click();
    const preview = at.page.getByRole("dialog", { name: "Apply to main" });
    await preview.getByText("src/tax.ts").waitFor();
    expect(readFileSync(checkout("cart.ts"), "utf8")).toBe("export const total = 1;\n");
    await preview.getByRole("button", { name: "Apply 2 files" }).click();
    await preview.waitFor({ state: "hidden" });
    expect(readFileSync(checkout("cart.ts"), "utf8")).toBe("export const total = 2;\n");
    expect(readFileSync(checkout("src/tax.ts"), "utf8")).toBe("export const tax = 0.2;\n");

    await at.page.getByRole("textbox", { name: "Commit message" }).fill("Right total, and a tax");
    await at.button(/^Commit to main/).click();
    await until(
      async () => (await place.user(place.repo, "log", "--format=%s")) === "Right total, and a tax\nFirst",
      "the commit",
    );
    expect(await place.user(place.repo, "show", "--name-only", "--format=", "HEAD")).toBe("cart.ts\nsrc/tax.ts");
    expect(await place.user(place.repo, "status", "--porcelain")).toBe("");
    await at.page.getByText(/^No changes/).waitFor();
  });

  it("goes on warm, gives another agent a turn, and comes back with its memory", async () => {
    await beginAtFirstPage(at, place.repo);
    await at.choose("Agent", "Practice");
    await at.send("remember teal\nwho");
    const first = await at.reads(/pid=(\d+) session=(\S+) turns=1\b/);
    await at.idle();
    await at.send("who");
    expect((await at.reads(/pid=(\d+) session=(\S+) turns=2\b/)).slice(1)).toEqual(first.slice(1));
    await at.idle();
    await at.choose("Agent", "Other");
    await at.send("recall");
    await at.sees("You haven't told me anything yet.");
    await at.idle();
    await at.choose("Agent", "Practice");
    await at.send("recall\nwho");
    await at.sees("You told me: teal");
    expect((await at.reads(/pid=(\d+) session=(\S+) turns=3\b/)).slice(1)).toEqual(first.slice(1));
    // A chat of its own is a memory of its own.
    await at.idle();
    await at.open("New chat");
    await at.choose("Agent", "Practice");
    await at.send("recall");
    await at.sees("You haven't told me anything yet.");
    await at.showTab(/remember teal/);
    await at.sees("You told me: teal");
    expect((await theRuns()).map((run) => run.status)).toEqual(Array.from({ length: 5 }, () => "completed"));
  });

  it("restores a checkpoint, and takes the restoring back", async () => {
    await beginAtFirstPage(at, place.repo);
    await at.choose("Agent", "Practice");
    const read = await reader();
    await at.choose("Policy", /^Accept edits/);
    await at.send("create one.txt: first\ndelete README.md");
    await at.answer(/asks: Delete README\.md/, /^Allow once/);
    await at.idle();
    expect([read("one.txt"), read("README.md")]).toEqual(["first\n", null]);
    await at.open("Checkpoints");
    await at.page.getByRole("navigation", { name: "Checkpoints" }).getByRole("button").last().click();
    await at.button("Restore files…").click();
    const panel = at.page.getByRole("region", { name: "Restore files" });
    await panel.getByText("README.md").waitFor();
    expect(read("README.md")).toBeNull();
    await panel.getByRole("button", { name: "Restore 2 files" }).click();
    await until(() => read("README.md") === "# Shop\n" && read("one.txt") === null, "the files as they were");
    await at.button("Undo").click();
    await until(() => read("README.md") === null && read("one.txt") === "first\n", "the files as they were before the restore");
  });

  it("stops mid-stream and goes on at once; what was queued waits until it is let go", async () => {
    await beginAtFirstPage(at, place.repo);
    await at.choose("Agent", "Practice");
    await at.send("who\nstream 5000 words");
    const [, pid] = await at.reads(/pid=(\d+)/);
    await at.reads(/word20\b/);
    await at.send("say The queued one", "Queue");
    await at.page.getByRole("region", { name: "Queue" }).getByText("The queued one").waitFor();
    await at.button("Stop").click();
    await at.idle();
    await at.sees(/^Stopped/);
    await at.send("who");
    expect((await at.reads(/pid=(\d+) session=\S+ turns=2/))[1]).toBe(pid);
    await at.idle();
    expect((await theRuns()).map((run) => run.status)).toEqual(["cancelled", "completed"]);
    await at.page.getByRole("region", { name: "Queue" }).getByRole("button", { name: "Send now" }).click();
    await at.sees("The queued one");
    await at.idle();
    expect((await theRuns()).map((run) => run.status)).toEqual(["cancelled", "completed", "completed"]);
  });

  it("sends what was queued when the run completes", async () => {
    await beginAtFirstPage(at, place.repo);
    await at.choose("Agent", "Practice");
    // The question holds the run until both prompts stand in line, however long that takes.
    await at.send("ask Go on? Yes | No\nsay First in line");
    await at.log.getByRole("radio", { name: "Yes" }).click();
    const queue = at.page.getByRole("region", { name: "Queue" });
    for (const prompt of ["say Second in line", "say Third in line"]) {
      await at.send(prompt, "Queue");
      await queue.getByText(prompt).waitFor();
    }
    await at.log.getByRole("button", { name: /^Answer/ }).click();
    await at.reads(/First in line[\s\S]*Second in line[\s\S]*Third in line/);
    await until(async () => (await theRuns()).filter((run) => run.status === "completed").length === 3, "all three");
  });

  it("loses and doubles nothing when the page is reloaded in the middle of a run", async () => {
    await beginAtFirstPage(at, place.repo);
    await at.choose("Agent", "Practice");
    await at.send("say Before\nstream 400 words\ncreate made.ts: export {};\nsay After");
    await at.reads(/word30\b/);
    await at.prompt.fill("half a thought");
    await until(
      async () =>
        JSON.stringify(await host.api("GET", `/chats/${(await theRuns())[0]?.chatId}/draft`)).includes("half a thought"),
      "the draft to be saved",
    );
    await at.page.reload();
    await at.reads(/word31\b/);
    await until(async () => (await at.prompt.inputValue()) === "half a thought", "what was being written");
    await at.permission(/asks: Create made\.ts/);
    await at.page.reload();
    await at.answer(/asks: Create made\.ts/, /^Allow once/);
    await at.sees("After");
    await at.idle();
    const words = [...(await at.log.innerText()).matchAll(/\bword(\d+)\b/g)].map((match) => Number(match[1]));
    expect(words).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
    expect(await at.log.getByRole("group", { name: "Your prompt" }).count()).toBe(1);
    expect(await theRuns()).toHaveLength(1);
  });

  it("has a terminal in the working copy, whose text is there again after a reload", async () => {
    await beginAtFirstPage(at, place.repo);
    const worktree = (await theSession()).workingCopy.path;
    const read = await reader();
    await at.open("New terminal");
    // It takes the keys by itself.
    await at.page.locator(".xterm-helper-textarea:focus").waitFor({ state: "attached" });
    await at.page.keyboard.type("pwd > where.txt; echo to''gether\n");
    await until(() => read("where.txt") === `${worktree}\n`, "the shell to say where it is");
    await at.page.reload();
    await at.page.locator(".xterm-helper-textarea").waitFor({ state: "attached" });
    await at.page.locator(".xterm-helper-textarea").focus();
    await at.page.keyboard.type("echo again > again.txt\n");
    await until(() => read("again.txt") === "again\n", "the same shell to go on");
    expect((await host.api<{ id: string }[]>("GET", `/sessions/${(await theSession()).id}/terminals`)).length).toBe(1);
  });
});
