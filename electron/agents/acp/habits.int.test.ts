import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ok } from "../../../shared/result.ts";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";

// What the protocol leaves open, and agents do each in a way of their own.

let kit: AgentKit;
let host: TestHost;

beforeEach(() => void (host = new TestHost()));
afterEach(() => kit.dispose());

const options = [
  { optionId: "yes", kind: "allow_once", name: "Submit" },
  { optionId: "no", kind: "reject_once", name: "Cancel" },
];
const questions = [
  { question: "Which colour?", header: "Colour", options: [{ label: "Red" }, { label: "Blue", description: "Like the sky" }] },
  { question: "Why?", options: [] },
];
const answered = { kind: "answered" as const, content: { answer1: "Blue", answer2: "because" } };
const answers = (): unknown[] =>
  host.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

it("asks what an agent wants to know in the form of a permission, and gives the answers back with its option", async () => {
  kit = openAgentKit({ modes: { fake: [] } });
  const toolCall = { toolCallId: "q", title: "Ask the user", kind: "think", rawInput: { questions } };
  const step = { call: "session/request_permission", params: { toolCall, options } };
  host.reply = () => answered;
  await kit.turn(host, [step]);
  host.reply = () => ({ kind: "declined" });
  await kit.turn(host, [step]);
  expect(host.asks).toEqual([]);
  expect(host.questions).toMatchObject([
    { kind: "question", schema: { properties: { answer1: { enum: ["Red", "Blue"] } } } },
    {},
  ]);
  expect(answers()).toEqual([
    { result: { outcome: { outcome: "selected", optionId: "yes" }, answers: { 0: "Blue", 1: "because" } } },
    { result: { outcome: { outcome: "selected", optionId: "no" } } },
  ]);
});

it.each([
  ["names a command besides", { kind: "think", rawInput: { questions, command: "rm -rf x" } }, { kind: "execute" }],
  ["has another tool's words", { kind: "think", rawInput: { questions, target: "prod" } }, { kind: "undecodable" }],
  ["may do something", { kind: "other", rawInput: { questions } }, { kind: "undecodable" }],
])("S81 takes a request for no question that %s", async (_how, call, action) => {
  kit = openAgentKit({ modes: { fake: [] } });
  const toolCall = { toolCallId: "q", title: "Ask the user", ...call };
  await kit.turn(host, [{ call: "session/request_permission", params: { toolCall, options } }]);
  expect(host.questions).toEqual([]);
  expect(host.asks).toMatchObject([{ action }]);
});

it.each(["_x.ai/ask_user_question", "x.ai/ask_user_question"])(
  "asks what comes by %s, and says when nobody answers",
  async (call) => {
    kit = openAgentKit({ modes: { fake: [] } });
    host.reply = () => answered;
    await kit.turn(host, [{ call, params: { toolCallId: "q", questions, mode: "default" } }]);
    host.reply = () => ({ kind: "declined" });
    await kit.turn(host, [{ call, params: { toolCallId: "q", questions } }]);
    await kit.turn(host, [{ call, params: { toolCallId: "q", questions: "none" } }]);
    expect(host.questions).toHaveLength(2);
    expect(answers()).toMatchObject([
      { result: { outcome: "accepted", answers: { "Which colour?": ["Blue"], "Why?": ["because"] } } },
      { result: { outcome: "skip_interview" } },
      { error: { code: -32602 } },
    ]);
  },
);

it.each(["_x.ai/exit_plan_mode", "x.ai/exit_plan_mode"])(
  "shows the plan that comes by %s, and says what becomes of it",
  async (call) => {
    kit = openAgentKit({ modes: { fake: [] } });
    const plan = { toolCallId: "p", planContent: "# Ship it\n\n1. Test" };
    host.reply = () => ({ kind: "answered", content: { value: "go" } });
    await kit.turn(host, [{ call, params: plan }]);
    host.reply = () => ({ kind: "answered", content: { value: "plan" } });
    await kit.turn(host, [{ call, params: plan }]);
    host.reply = () => ({ kind: "declined" });
    await kit.turn(host, [{ call, params: { toolCallId: "p", planContent: null } }]);
    expect(host.questions).toMatchObject([
      { kind: "plan", message: "# Ship it\n\n1. Test", options: [{ value: "go" }, { value: "plan" }] },
      { kind: "plan" },
      { kind: "plan", message: "It shows no text of its plan." },
    ]);
    const further = { outcome: "cancelled", feedback: expect.stringContaining("plan further") as string };
    expect(answers()).toEqual([{ result: { outcome: "approved" } }, { result: further }, { result: further }]);
  },
);

it("runs a whole command line without arguments by a shell, and shows that; a program with a blank in its name as it is", async () => {
  kit = openAgentKit({ modes: { fake: [] } });
  const created: { command: string; args: readonly string[] }[] = [];
  host.terminals = { ...host.terminals, create: async (request) => (created.push(request), ok(`t${created.length}`)) };
  writeFileSync(path.join(kit.workingCopy, "my tool"), "");
  const env = [
    { name: "GIT_PAGER", value: "cat" },
    { name: "PAGER", value: "sh -c 'rm -rf x'" },
  ];
  await kit.turn(host, [
    { call: "terminal/create", params: { command: "cd src && npm test | tail" } },
    { call: "terminal/create", params: { command: "./my tool" } },
    { call: "terminal/create", params: { command: "npm", args: ["test"], env } },
  ]);
  expect(created).toMatchObject([
    { command: "/bin/sh", args: ["-c", "cd src && npm test | tail"] },
    { command: "./my tool", args: [] },
    { command: "npm", args: ["test"], env: { GIT_PAGER: "cat", PAGER: "sh -c 'rm -rf x'" } },
  ]);
  expect(host.authorized).toMatchObject([
    { command: "/bin/sh -c 'cd src && npm test | tail'" },
    { argv: ["./my tool"] },
    { argv: ["env", "PAGER=sh -c 'rm -rf x'", "npm", "test"], quietSettings: ["GIT_PAGER=cat"] },
  ]);
});

it("shows in the request what the call has told before, and nothing of its namesake's", async () => {
  kit = openAgentKit({ modes: { fake: [] } });
  const file = path.join(kit.workingCopy, "a.txt");
  const content = [{ type: "diff", path: file, oldText: "one", newText: "two" }];
  const call = { sessionUpdate: "tool_call", toolCallId: "e", title: "Edit", kind: "edit", status: "pending" };
  const ask = {
    call: "session/request_permission",
    params: { toolCall: { toolCallId: "e", title: "Edit", content: [] }, options },
  };
  await kit.turn(host, [{ update: { ...call, content } }, ask]);
  await kit.turn(host, [{ update: call }, ask]);
  expect(host.asks).toMatchObject([
    { action: { kind: "edit", paths: [file], diff: [{ path: file, oldText: "one", newText: "two" }] } },
    { action: { kind: "undecodable" } },
  ]);
});

it("puts together what a command prints that the agent runs itself, and shows no terminal that isn't ours", async () => {
  kit = openAgentKit({ modes: { fake: [] } });
  const update = (more: object): object => ({ update: { sessionUpdate: "tool_call_update", toolCallId: "c", ...more } });
  const piece = (name: string, data: string): object => update({ _meta: { [name]: { terminal_id: "own", data } } });
  await kit.turn(host, [
    update({ sessionUpdate: "tool_call", title: "make", kind: "execute", content: [{ type: "terminal", terminalId: "own" }] }),
    piece("terminal_output_delta", "one\n"),
    piece("terminal_output", "two\n"),
    update({ status: "failed", _meta: { terminal_exit: { terminal_id: "own", exit_code: 2 } } }),
  ]);
  const told = host.updates.flatMap((one) => (one.type === "tool" ? [one.tool] : []));
  expect(told.map(({ output }) => output)).toEqual([undefined, "one\n", "one\ntwo\n", undefined]);
  expect(told.at(-1)).toMatchObject({ status: "failed", ending: { exitCode: 2 } });
  expect(told.some((one) => "terminal" in one)).toBe(false);
});

it("says that the memory is lost when a session is loaded of which nothing is repeated", async () => {
  kit = openAgentKit({ modes: { fake: ["silent-load"], told: ["load-only"] } });
  for (const [agentId, how] of [
    ["fake", "memory-lost"],
    ["told", "replayed"],
  ]) {
    await (await kit.open(host, agentId)).prompt(textPrompt("remember this"));
    await kit.agents.backend.closeChat("chat-1");
    expect((await kit.open(host, agentId)).how).toBe(how);
    await (await kit.open(host, agentId)).prompt(textPrompt("and this"));
    await kit.agents.backend.closeChat("chat-1");
    expect(kit.agents.backend.outlook("chat-1", agentId ?? "")).toBe(how === "memory-lost" ? how : "replays");
  }
});

it("has nothing lost of a session in which nothing was said", async () => {
  kit = openAgentKit({ modes: { fake: ["silent-load"] } });
  await kit.open(host);
  const { dir } = kit;
  await kit.scope.dispose();
  kit.store.close();
  kit = openAgentKit({ dir, modes: { fake: ["silent-load"] } });
  expect((await kit.open(host)).how).not.toBe("memory-lost");
  expect(readFileSync(path.join(dir, "config/agents.json"), "utf8")).toContain("silent-load");
});

it("says that a sub-agent asks, where one does", async () => {
  kit = openAgentKit({ modes: { fake: [] } });
  const toolCall = { toolCallId: "c", title: "ls", rawInput: { command: "ls" } };
  await kit.turn(host, [
    { call: "session/request_permission", params: { toolCall, options } },
    { call: "session/request_permission", params: { sessionId: "a-child", toolCall, options } },
  ]);
  expect(host.asks.map(({ asker }) => asker)).toEqual([undefined, ""]);
});
