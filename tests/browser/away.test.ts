import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { Queue } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import { promptText } from "../../shared/prompt.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";
import { runEnded } from "../kit/host.ts";
import { Relay, throughRelay } from "../kit/relay.ts";
import { openTerminal, withoutWebgl } from "../kit/terminal-page.ts";

const shellPrompt = "ready>";
/** Longer than it may take to notice, by much: only that it is noticed counts here. */
const noticed = { timeout: 60_000 };

describe("without a core", () => {
  let office: Office;
  let relay: Relay;
  let desk: DeskPage;

  beforeAll(async () => {
    office = await openOffice({
      browserArgs: [throughRelay],
      env: { SHELL: "/bin/bash" },
      files: { ".bash_profile": `PS1='${shellPrompt} '\nunset PROMPT_COMMAND HISTFILE\n` },
    });
    relay = await Relay.open(Number(new URL(office.host.url).port));
  });
  afterAll(async () => {
    await relay?.close();
    await office?.close();
  });
  beforeEach(async () => {
    relay.restore();
    desk = await office.desk({ prepare: withoutWebgl });
    await desk.at.choose("Agent", "Practice");
    // While a picker closes it still has the keys.
    await desk.page.getByRole("option").first().waitFor({ state: "hidden" });
    await desk.at.prompt.focus();
  });
  afterEach(async () => {
    relay.restore();
    await desk?.page.context().close();
    expect(desk.complaints).toEqual([]);
  });

  const line = () => desk.page.getByText("No connection to Hearth.");
  const prompts = async (): Promise<string[]> =>
    (await office.host.api<Run[]>("GET", `/chats/${desk.chat.id}/coding-agent/runs`)).map((run) => promptText(run.prompt));
  const untilPrompts = (wanted: string[]) =>
    until(
      async () => {
        expect(await prompts()).toEqual(wanted);
        return true;
      },
      `the prompts ${wanted.join(", ")}`,
    );
  /** As the core has it. */
  async function queueLength(): Promise<number> {
    const { url, token } = office.host;
    const answer = await fetch(`${url}/api/v1/chats/${desk.chat.id}/watch`, { headers: { authorization: `Bearer ${token}` } });
    let text = "";
    for await (const chunk of answer.body ?? []) {
      text += new TextDecoder().decode(chunk as Uint8Array);
      const snapshot = /^data: (\{"type":"snapshot".*\})$/m.exec(text)?.[1];
      if (snapshot) return (JSON.parse(snapshot) as { queue: Queue }).queue.items.length;
    }
    throw new Error("No snapshot");
  }
  /** Nothing gets through, and nobody says so. */
  async function cutOff(): Promise<void> {
    relay.refuse();
    relay.stall();
    await line().waitFor(noticed);
  }

  it("keeps a prompt in its place while the core hangs, says so, and sends it once", async () => {
    const { at } = desk;
    await at.send("say before");
    await at.log.getByText("before", { exact: true }).waitFor();
    await at.idle();
    process.kill(office.host.pid, "SIGSTOP");
    try {
      await at.send("say into a hanging core");
      await at.log.getByText("say into a hanging core").waitFor();
      await at.log.getByText("Not sent yet").waitFor();
      await line().waitFor(noticed);
      await at.prompt.fill("say the second");
      await at.button(/^(Send|Queue)$/).click();
      await until(async () => (await desk.page.getByText("Not sent yet").count()) === 2, "both prompts");
    } finally {
      process.kill(office.host.pid, "SIGCONT");
    }
    await line().waitFor({ state: "hidden", ...noticed });
    await untilPrompts(["say before", "say into a hanging core", "say the second"]);
    await desk.page.getByText("Not sent yet").first().waitFor({ state: "hidden" });
  });

  it("notices a connection over which nothing comes any more, connects anew, and shows what happened", async () => {
    const { at } = desk;
    await at.send("say one");
    await at.log.getByText("one", { exact: true }).waitFor();
    await at.idle();
    relay.stall();
    const body = { agentId: "practice", prompt: "say while-away" };
    const run = await office.host.api<Run>("POST", `/chats/${desk.chat.id}/coding-agent/runs`, body);
    await runEnded(office.host, run.id);
    await at.log.getByText("while-away", { exact: true }).waitFor(noticed);
  });

  it("fails orders at once and keeps their text, says what is old, and counts on nothing", async () => {
    const { at, page } = desk;
    await at.send("wait 60000");
    await at.log.getByText("Working", { exact: true }).last().waitFor();
    await cutOff();
    await at.log.getByText("Not known until Hearth answers again").waitFor();
    expect(await page.getByText(/^warm$/).count()).toBe(0);
    // What goes by time: edges that fade as something is scrolled stand still without that.
    const moving = await page.evaluate(
      () =>
        document.getAnimations().filter((one) => one.playState === "running" && one.timeline instanceof DocumentTimeline).length,
    );
    expect(moving).toBe(0);
    await at.button("Stop").first().click();
    await page.getByText("The run was not stopped").first().waitFor();
    relay.restore();
    await line().waitFor({ state: "hidden", ...noticed });
    await at.log.getByText("Working", { exact: true }).last().waitFor();
    expect((await office.host.api<Run[]>("GET", `/chats/${desk.chat.id}/coding-agent/runs`))[0]?.status).toBe("running");
    await at.button("Stop").first().click();
    await at.idle();
  });

  it("says at once why a view can't be loaded", async () => {
    const { page } = desk;
    await office.host.api("POST", `/projects/${office.project.id}/sessions`, {
      workingCopy: "in-place",
      title: "Elsewhere",
    });
    await page.getByRole("button", { name: "Elsewhere" }).first().waitFor();
    await cutOff();
    await page.getByRole("button", { name: "Elsewhere" }).first().click();
    await page.getByText("Hearth isn’t answering. This is loaded when it is back.").first().waitFor();
    relay.restore();
    await desk.at.prompt.waitFor(noticed);
  });

  it("runs a queued prompt and one that was sent once each, though their answers were lost", async () => {
    const { at } = desk;
    relay.swallowAnswers();
    await at.send("say only-once");
    await untilPrompts(["say only-once"]);
    relay.drop();
    relay.restore();
    await at.log.getByText("only-once", { exact: true }).waitFor(noticed);
    await at.send("ask Go on? Yes | No");
    await at.log.getByRole("button", { name: "Answer" }).waitFor();
    relay.swallowAnswers();
    await at.send("say queued-once", "Queue");
    await until(async () => (await queueLength()) === 1, "the queued prompt to arrive");
    relay.drop();
    relay.restore();
    // The core's own row of it came over the next connection.
    await at.button("Remove from the queue").waitFor(noticed);
    await at.log.getByRole("radio", { name: "Yes" }).click();
    await at.log.getByRole("button", { name: "Answer" }).click();
    await at.log.getByText("queued-once", { exact: true }).waitFor(noticed);
    await at.idle();
    expect((await prompts()).filter((text) => text.endsWith("once"))).toEqual(["say only-once", "say queued-once"]);
  });

  it("brings a prompt there that an earlier page couldn't", async () => {
    const { page } = desk;
    await cutOff();
    await desk.at.send("say left behind");
    await page.getByText("Not sent yet").waitFor();
    const context = page.context();
    await page.close();
    relay.restore();
    const next = await context.newPage();
    await next.goto(await office.host.signInUrl());
    await untilPrompts(["say left behind"]);
    await next.getByRole("textbox", { name: "Prompt" }).waitFor();
    expect(await next.getByRole("textbox", { name: "Prompt" }).inputValue()).toBe("");
  });

  it("runs nothing that was typed into a terminal meanwhile, and keeps it for the person", async () => {
    const { page } = desk;
    const terminal = await openTerminal(page, shellPrompt);
    await cutOff();
    await terminal.line("echo typed-while-away");
    await page.getByText("what you typed was not sent").waitFor();
    relay.restore();
    await line().waitFor({ state: "hidden", ...noticed });
    await terminal.sees(shellPrompt);
    expect(await terminal.screen()).not.toContain("typed-while-away");
    await page.getByRole("button", { name: "Type it now" }).click();
    await terminal.sees("echo typed-while-away");
  });
});
