import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PendingChange } from "../../shared/contract/changes.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { ModelReply, ModelRequest } from "../../electron/testing/model-server.ts";
import { startLocalModelServer, type LocalModelServer } from "../../electron/testing/model-servers/start.ts";
import { until } from "../../electron/testing/until.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";
import { startHost } from "../kit/host.ts";
import { agentReady } from "../kit/work-place.ts";

const readIn = Promise.withResolvers<void>();
let office: Office;
let server: LocalModelServer;

/** Reads before it edits, as its rules want, and runs what it is told to. */
function reply({ said, step }: ModelRequest): ModelReply {
  const call = (name: string, args: Record<string, unknown>): ModelReply => ({ toolCalls: [{ name, args }] });
  if (said.includes("read slowly"))
    return { progress: { read: [1_024], total: 4_096 }, until: readIn.promise, text: ["Read."], tokensPerSecond: 38.4 };
  if (said.includes("wait for ever")) return { text: ["I begin"], hang: true };
  if (said.includes("raise the total")) {
    if (step === 0) return call("read_file", { path: "cart.ts" });
    if (step === 1) return call("edit_file", { path: "cart.ts", old_text: "total = 1", new_text: "total = 2" });
    return { text: ["The total is 2 now."] };
  }
  if (said.includes("count up")) return step < 5 ? call("list_dir", { path: "." }) : { text: ["Counted to five."] };
  if (said.includes("list the files")) return step === 0 ? call("run_command", { command: "ls *.ts" }) : { text: ["One file."] };
  return { reasoning: ["A greeting."], text: ["Good", " morning", "."] };
}

beforeAll(async () => {
  const models = [{ name: "small-coder", window: 16_384, loaded: true, tools: true }];
  server = await startLocalModelServer({
    ...{ kind: "llama-server", models },
    reply: (request) => ({ promptTokens: "counted", ...reply(request) }),
  });
  office = await openOffice();
  await office.host.api("POST", "/local-models/endpoints", { name: "Workshop", url: server.root });
  await agentReady(office.host, "hearth");
});
afterAll(async () => {
  await office?.close();
  await server?.close();
});

it("talks, edits after a question, runs a command, stops, and is reviewed as every agent is", async () => {
  const { at, page, session, complaints } = await office.desk();
  await at.choose("Agent", /^Hearth/);
  await at.send("hello");
  await at.sees("Good morning.");
  await at.idle();

  await at.send("raise the total");
  await at.answer(/cart\.ts/, /^Allow once/);
  await at.sees("The total is 2 now.");
  await at.idle();
  const cart = path.join(session.workingCopy.path, "cart.ts");
  expect(readFileSync(cart, "utf8")).toBe("export const total = 2;\n");
  const changes = await office.host.api<PendingChange[]>("GET", `/sessions/${session.id}/changes`);
  expect(changes.map((change) => change.path)).toEqual(["cart.ts"]);

  await page
    .getByRole("button", { name: /^Apply/ })
    .first()
    .click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Apply/ })
    .click();
  await page.getByRole("textbox", { name: "Commit message" }).fill("Raise the total");
  await page.getByRole("button", { name: /^Commit to main/ }).click();
  await page.getByText(/^Committed [0-9a-f]{8} on main/).waitFor();
  expect(readFileSync(path.join(office.place.repo, "cart.ts"), "utf8")).toBe("export const total = 2;\n");

  await at.send("list the files");
  await at.answer(/ls \*\.ts/, /^Allow once/);
  await at.sees("One file.");
  await at.idle();

  await at.send("wait for ever");
  await at.sees("I begin");
  await at.button(/^Stop/).click();
  await at.idle();
  const last = server.requests.at(-1);
  await until(() => last?.aborted === true, "the server to be let go");
  await at.send("hello again");
  await until(async () => (await at.log.getByText("Good morning.").count()) === 2, "the second greeting");
  expect(server.requests.at(-1)?.transcript.join("\n")).toContain("The total is 2 now.");
  expect(complaints).toEqual([]);
});

it("tells how far the prompt is read in, and how fast the answer came; offers the agent where a model was found", async () => {
  const { at, page, complaints } = await office.desk();
  await at.choose("Agent", /^Practice/);
  await page.getByText("A model of your own was found.").waitFor();
  await at.button("Use Hearth’s own agent").click();
  await at.send("read slowly");
  await at.sees("Reading the prompt: 25 % of 4.1k tokens");
  readIn.resolve();
  await at.sees("Read.");
  await at.idle();
  await at.log.getByText("Reading the prompt").waitFor({ state: "hidden" });
  await at.log
    .getByText(/^· \d[\d.]*( min \d+)? s$/)
    .last()
    .hover();
  await page.getByText("38 tokens/s").waitFor();
  expect(complaints).toEqual([]);
});

it("says what to do when the model's server goes in the middle of a turn", async () => {
  const { at } = await office.desk();
  const other = await startLocalModelServer({
    kind: "llama-server",
    models: [{ name: "gone", window: 8_192, loaded: true }],
    reply,
  });
  await office.host.api("POST", "/local-models/endpoints", { name: "Attic", url: other.root });
  await at.choose("Agent", /^Hearth/);
  await at.choose("Model", /gone/);
  await at.send("wait for ever");
  await at.sees("I begin");
  await other.close();
  await at.sees(/can't be reached.*Start it again/);
});

it("pauses at a limit, outlasts a restart of Hearth so, and goes on by keyboard", async () => {
  await office.host.api("PATCH", "/settings", { turnLimits: { calls: 3, requests: null, tokens: null } });
  const { at, page, chat, complaints } = await office.desk();
  await at.choose("Agent", /^Hearth/);
  await at.send("count up");
  await at.sees("Paused after 3 tool calls");
  await at.button("Go on").waitFor();
  expect(complaints).toEqual([]);
  await office.host.stop();
  const host = await startHost({ env: office.place.hostEnv });
  try {
    await page.goto(await host.signInUrl());
    await at.sees("Paused after 3 tool calls");
    await at.button("Go on").focus();
    await page.keyboard.press("Enter");
    await at.sees("Counted to five.");
    await at.idle();
    const runs = await host.api<Run[]>("GET", `/chats/${chat.id}/coding-agent/runs`);
    expect(runs).toMatchObject([{ status: "completed", pause: null }]);
  } finally {
    await host.stop();
  }
});
