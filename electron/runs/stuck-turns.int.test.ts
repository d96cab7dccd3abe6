import { afterAll, beforeAll, expect, it } from "vitest";
import type { Run } from "../../shared/contract/runs.ts";
import type { AgentConfig } from "../../shared/contract/agents.ts";
import { fakeMain, processesWith } from "../testing/agent-kit.ts";
import { createCoreBench, type CoreBench } from "../testing/core-bench.ts";
import type { Repo } from "../testing/repos.ts";
import { until } from "../testing/until.ts";

// Whatever an agent does, its turn comes to an end that is seen, with a reason; and the next prompt works.

let bench: CoreBench;
let repo: Repo;

const fake = (...args: string[]): AgentConfig[string] => ({ command: process.execPath, args: [fakeMain, ...args] });

beforeAll(async () => {
  bench = await createCoreBench();
  repo = bench.project();
  repo.write("a.txt", "a\n");
  repo.commit("first");
  await bench.rpc.agents.patchConfig({
    agents: {
      fake: fake(),
      patient: { ...fake(), silenceLimitSeconds: 5 },
      unreading: { ...fake("unreading"), silenceLimitSeconds: 5 },
      dies: fake("crash-start"),
      deaf: fake("deaf"),
      silent: fake("silent"),
      newer: fake("version-2"),
      locked: fake("auth"),
      banner: fake("banner", "10"),
      noise: fake("banner", "10000"),
      stderr: fake("stderr", "2000"),
      gone: { command: "/nowhere/agent" },
    },
  });
});
afterAll(() => bench.dispose());

type Sent = { run: Run; chatId: string };

async function send(agentId: string, steps: object[] | string): Promise<Sent> {
  const { id: sessionId } = await bench.session(repo);
  await bench.rpc.sessions.update({ id: sessionId, policy: "full" });
  const { id: chatId } = await bench.rpc.chats.create({ sessionId });
  return { chatId, run: await prompt(chatId, agentId, steps) };
}

function prompt(chatId: string, agentId: string, steps: object[] | string): Promise<Run> {
  return bench.rpc.runs.create({ chatId, agentId, prompt: typeof steps === "string" ? steps : JSON.stringify(steps) });
}

function ended({ id }: Run): Promise<Run> {
  return until(
    async () => {
      const run = await bench.rpc.runs.get({ id });
      return run.endedAt === null ? null : run;
    },
    "the end of the run",
    30_000,
  );
}

async function stopOnceRunning({ run }: Sent, status: Run["status"] = "running"): Promise<Run> {
  await until(async () => (await bench.rpc.runs.get({ id: run.id })).status === status);
  await bench.rpc.runs.cancel({ id: run.id });
  return ended(run);
}

async function goesOn(chatId: string, agentId = "fake"): Promise<void> {
  expect(await ended(await prompt(chatId, agentId, "on"))).toMatchObject({ status: "completed" });
}

const failed = (code: string, message: RegExp) => ({
  status: "failed",
  error: { code, message: expect.stringMatching(message) },
});

it.each([
  ["R18", [{ say: "x" }, { kill: "SIGKILL" }], failed("AGENT_CRASHED", /SIGKILL/)],
  ["R19", [{ say: "x" }, { exit: 0 }], failed("AGENT_CRASHED", /by itself with code 0/)],
  ["R28", [{ longline: 20 * 1024 * 1024 }, { hang: true }], failed("AGENT_PROTOCOL_ERROR", /16777216 bytes/)],
  ["R29", [{ raw: '{"jsonrpc":"2.0","met' }, { exit: 0 }], failed("AGENT_CRASHED", /code 0/)],
  ["R33", [{ closeOutput: true }, { hang: true }], failed("AGENT_PROTOCOL_ERROR", /closed its output/)],
  ["the model's refusal", [{ fail: { code: -32603, message: "429 Too Many Requests" } }], failed("AGENT_FAILED", /429/)],
  ["a failed edit", [{ update: failedEdit() }, { say: "Done" }], failed("EDIT_NOT_RECOVERED", /a\.txt/)],
])("%s ends the turn with its reason, and the next prompt works", async (_row, steps, end) => {
  const { chatId, run } = await send("fake", steps);
  expect(await ended(run)).toMatchObject(end);
  await goesOn(chatId);
});

function failedEdit(): object {
  return {
    sessionUpdate: "tool_call",
    toolCallId: "e",
    kind: "edit",
    title: "a.txt",
    status: "failed",
    rawInput: { file_path: "a.txt" },
  };
}

it.each([
  ["R36", "newer", failed("CODING_AGENT_ENGINE_UNSUPPORTED_RUNTIME", /version 2/)],
  ["R36", "locked", failed("CODING_AGENT_ENGINE_UNAVAILABLE", /Authentication required/)],
  ["R31", "noise", failed("AGENT_PROTOCOL_ERROR", /aren't protocol/)],
  ["R20", "dies", failed("AGENT_CRASHED", /no model configured/)],
])("%s an agent that doesn't get as far as a turn (%s) says why, and another takes the prompt", async (_row, agentId, end) => {
  const { chatId, run } = await send(agentId, "hello");
  expect(await ended(run)).toMatchObject(end);
  await goesOn(chatId);
});

it("R20 an agent that dies at each start is given up after five times, with its last words", async () => {
  const { chatId } = await send("fake", "hello");
  const codes: (string | undefined)[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) codes.push((await ended(await prompt(chatId, "dies", "hello"))).error?.code);
  expect(codes.at(-1)).toBe("AGENT_CRASH_LOOP");
  await goesOn(chatId);
});

it("R39 a program that isn't there is refused by name before anything is started", async () => {
  const { chatId } = await send("fake", "hello");
  await expect(prompt(chatId, "gone", "hello")).rejects.toMatchObject({ message: expect.stringContaining("/nowhere/agent") });
  await goesOn(chatId);
});

it.each([
  ["R27", "fake", [{ flood: 20, chars: 500_000 }]],
  ["R30", "fake", [{ hex: Buffer.from([0xff, 0x0a]).toString("hex") }, { say: "on" }]],
  ["R31", "banner", [{ say: "on" }]],
  ["R35", "stderr", [{ say: "on" }]],
  ["R37", "fake", [{ foreign: "x" }, { update: { sessionUpdate: "from_the_future" } }, { say: "on" }, { late: "too late" }]],
  ["R38", "fake", [{ storm: 3000 }, { say: "on" }]],
])("%s does no harm to the turn (%s)", async (_row, agentId, steps) => {
  const { chatId, run } = await send(agentId, steps);
  expect(await ended(run)).toMatchObject({ status: "completed" });
  await goesOn(chatId, agentId);
});

it("R21 R22 Stop ends a turn whose agent is deaf to it and to TERM, and the next prompt works", async () => {
  const sent = await send("deaf", [{ say: "here" }, { hang: true }]);
  expect(await stopOnceRunning(sent)).toMatchObject({ status: "cancelled" });
  await goesOn(sent.chatId, "deaf");
});

it("R23 Stop ends a run whose agent doesn't answer at its start, at once", async () => {
  const sent = await send("silent", "hello");
  expect(await stopOnceRunning(sent, "starting")).toMatchObject({ status: "cancelled" });
  await goesOn(sent.chatId);
});

it("R24 nothing that the agent's command began outlives Stop, and it is said what was ended", async () => {
  const mark = `5${process.pid}`;
  const command = { sessionUpdate: "tool_call", toolCallId: "c", kind: "execute", title: "npm start", status: "in_progress" };
  const sent = await send("fake", [
    { update: command },
    { spawn: `(setsid sleep ${mark}1 & ) & exec sleep ${mark}2` },
    { untilCancelled: true },
  ]);
  await until(() => processesWith(`sleep\0${mark}`).length === 2);
  expect(await stopOnceRunning(sent)).toMatchObject({ status: "cancelled" });
  expect(processesWith(`sleep\0${mark}`)).toEqual([]);
  const { turns } = await bench.rpc.chats.timeline({ id: sent.chatId });
  const items = turns.flatMap(({ timeline }) => timeline.items);
  expect(items).toContainEqual(expect.objectContaining({ tool: expect.objectContaining({ id: "c", status: "cancelled" }) }));
  expect(items).toContainEqual(
    expect.objectContaining({ notice: expect.objectContaining({ message: expect.stringMatching(/Stop ended.*sleep \(\d+\)/) }) }),
  );
  await goesOn(sent.chatId);
});

it("R34 a prompt that the agent doesn't read ends with Stop, and else when it was silent for too long", async () => {
  const unread = "x".repeat(900_000);
  const stopped = await send("unreading", unread);
  expect(await stopOnceRunning(stopped)).toMatchObject({ status: "cancelled" });
  await goesOn(stopped.chatId);
  const { chatId, run } = await send("unreading", unread);
  expect(await ended(run)).toMatchObject(failed("STALLED", /silent for 5 s/));
  await goesOn(chatId);
});

it("an agent that says nothing for longer than it may is stopped, and the run says that it was silent", async () => {
  const { chatId, run } = await send("patient", [{ say: "Well" }, { untilCancelled: true }]);
  expect(await ended(run)).toMatchObject(failed("STALLED", /silent for 5 s/));
  await goesOn(chatId, "patient");
});
