import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../testing/agent-kit.ts";
import { until } from "../testing/until.ts";
import type { AgentSessionHandle } from "./port.ts";

let kit: AgentKit;
let host: TestHost;

beforeEach(() => {
  kit = openAgentKit();
  host = new TestHost();
});
afterEach(() => kit.dispose());

async function open(chatId = "chat-1", from = kit): Promise<AgentSessionHandle> {
  const request = { chatId, agentId: "practice", projectId: "p", workingCopyPath: kit.workingCopy, folder: "", host };
  const opened = await from.agents.backend.open(request, new AbortController().signal);
  if (!opened.ok) throw new Error(`${opened.error.type}: ${opened.error.message}`);
  return opened.value;
}

async function say(words: string, more = {}) {
  return (await open()).prompt(textPrompt(words, more));
}

it("answers words that are no instruction with the list, and does nothing", async () => {
  const ended = await say("create a.txt: x\nplease do it");
  expect(ended).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(host.text).toContain('I don\'t understand "please do it"');
  expect(host.text).toContain("practice agent");
  expect(existsSync(path.join(kit.workingCopy, "a.txt"))).toBe(false);
});

it("begins in the folder that the project is of its repository, and is asked about files by their whole paths", async () => {
  mkdirSync(path.join(kit.workingCopy, "packages/a"), { recursive: true });
  const request = { chatId: "chat-1", agentId: "practice", projectId: "p", workingCopyPath: kit.workingCopy, host };
  const signal = new AbortController().signal;
  const opened = await kit.agents.backend.open({ ...request, folder: "packages/a" }, signal);
  if (!opened.ok) throw new Error(opened.error.message);
  await opened.value.prompt(textPrompt("create b.txt: b"));
  const file = path.join(kit.workingCopy, "packages/a/b.txt");
  expect(readFileSync(file, "utf8").trim()).toBe("b");
  expect(host.asks[0]?.action.paths).toEqual([file]);
  const nowhere = await kit.agents.backend.open({ ...request, chatId: "chat-2", folder: "packages/gone" }, signal);
  expect(nowhere).toMatchObject({ ok: false, error: { type: "unavailable", message: expect.stringContaining("packages/gone") } });
});

it("says, thinks and plans in order", async () => {
  await say("say one\nthink two\nplan look; change\nsay three");
  const kinds = host.updates.map((update) => update.type).filter((type) => ["text", "reasoning", "plan"].includes(type));
  expect(kinds).toEqual(["text", "reasoning", "plan", "text", "plan"]);
  expect(host.text).toBe("one\nthree\n");
  expect(host.updates.find((update) => update.type === "plan")).toEqual({
    type: "plan",
    entries: [
      { content: "look", priority: "medium", status: "pending" },
      { content: "change", priority: "medium", status: "pending" },
    ],
  });
  expect(host.updates.findLast((update) => update.type === "plan")).toMatchObject({
    entries: [{ status: "completed" }, { status: "completed" }],
  });
});

it("creates after a permission with the diff, and the write carries the same action", async () => {
  await say("create notes/a.txt:\n```\nfirst\nsecond\n```");
  const file = path.join(kit.workingCopy, "notes/a.txt");
  expect(readFileSync(file, "utf8")).toBe("first\nsecond\n");
  const action = { kind: "edit", paths: [file], diff: [{ path: file, oldText: null, newText: "first\nsecond\n" }] };
  expect(host.asks.map((ask) => ask.action)).toEqual([action]);
  expect(host.authorized).toEqual([action]);
  expect(host.asks[0]?.toolCallId).toBeDefined();
});

it("writes nothing when the permission is refused", async () => {
  host.answer = () => ({ kind: "selected", optionId: "reject", allowed: false });
  await say("create a.txt: x");
  expect(existsSync(path.join(kit.workingCopy, "a.txt"))).toBe(false);
  expect(host.updates.filter((update) => update.type === "tool").at(-1)).toMatchObject({ tool: { status: "failed" } });
});

it("replaces, reads, renames and deletes for real", async () => {
  writeFileSync(path.join(kit.workingCopy, "a.txt"), "hello old world\n");
  await say('replace "old" with "new" in a.txt\nread a.txt\nrename a.txt to b/c.txt');
  expect(readFileSync(path.join(kit.workingCopy, "b/c.txt"), "utf8")).toBe("hello new world\n");
  expect(host.updates).toContainEqual(
    expect.objectContaining({ tool: expect.objectContaining({ output: "hello new world\n" }) }),
  );
  expect(host.asks.map((ask) => ask.action.kind)).toEqual(["edit", "move"]);
  await say("delete b/c.txt");
  expect(existsSync(path.join(kit.workingCopy, "b/c.txt"))).toBe(false);
});

it("goes nowhere outside the working copy", async () => {
  mkdirSync(path.join(kit.dir, "outside"));
  expect(await say("delete ../outside")).toMatchObject({ ok: false, error: { type: "failed" } });
  expect(existsSync(path.join(kit.dir, "outside"))).toBe(true);
});

it("edits in code mode without asking by itself; the app's own word still counts", async () => {
  host.authorizes = () => false;
  await say("create a.txt: x", { modeId: "code" });
  expect(host.asks).toEqual([]);
  expect(host.authorized).toHaveLength(1);
  expect(existsSync(path.join(kit.workingCopy, "a.txt"))).toBe(false);
});

it("runs a command in a terminal of the app", async () => {
  const made: object[] = [];
  host.terminals = {
    ...host.terminals,
    create: async (request) => {
      made.push(request);
      return { ok: true, value: "term-1" };
    },
    waitForExit: async () => ({ code: 0, signal: null }),
    output: () => ({ text: "done\n", truncated: false, exit: { code: 0, signal: null } }),
  };
  await say("run echo done");
  const argv = ["/bin/sh", "-c", "echo done"];
  expect(made).toEqual([{ command: argv[0], args: argv.slice(1), cwd: kit.workingCopy, env: {}, maxBytes: 65_536 }]);
  expect(host.asks[0]?.action).toMatchObject({ kind: "execute", argv, cwd: kit.workingCopy });
  expect(host.authorized).toEqual([host.asks[0]?.action]);
  expect(host.updates).toContainEqual(expect.objectContaining({ tool: expect.objectContaining({ terminal: "term-1" }) }));
  expect(host.updates.filter((update) => update.type === "tool").at(-1)).toMatchObject({
    tool: { status: "completed", output: "done\n" },
  });
});

it("asks with a form and hears the answer", async () => {
  host.reply = () => ({ kind: "answered", content: { answer: "Blue" } });
  await say("ask Which colour? Red | Blue");
  expect(host.questions[0]).toMatchObject({ kind: "elicitation", message: "Which colour?", schema: { required: ["answer"] } });
  expect(host.text).toContain("You chose Blue.");
});

it("streams, floods, waits and fails", async () => {
  await say("stream 5 words", { modelId: "swift" });
  expect(host.text).toBe("word1 word2 word3 word4 word5\n");
  await say("flood 1000\nwait 1");
  expect(host.text.endsWith("1000 ")).toBe(true);
  expect(await say("fail it broke")).toMatchObject({ ok: false, error: { type: "failed", message: "it broke" } });
});

it("stops at a cancel while it hangs, and not once it ignores cancels", async () => {
  const session = await open();
  const hanging = session.prompt(textPrompt("say here\nhang"));
  await until(() => host.text.includes("here"));
  await session.cancel();
  expect(await hanging).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  const deaf = session.prompt(textPrompt("ignore cancel\nsay deaf\nhang"));
  await until(() => host.text.includes("deaf"));
  await session.cancel();
  await session.kill();
  expect(await deaf).toMatchObject({ ok: false, error: { type: "killed" } });
});

it("exits mid-turn when told, which is a failure with the code", async () => {
  expect(await say("exit 7")).toMatchObject({ ok: false, error: { type: "crashed", diagnostics: { exitCode: 7 } } });
});

it("remembers over a restart of the app, by resume", async () => {
  await say("remember blue\nwho");
  expect(host.text).toContain("turns=1");
  const { dir } = kit;
  await kit.scope.dispose();
  kit.store.close();
  kit = openAgentKit({ dir });
  expect(kit.agents.backend.outlook("chat-1", "practice")).toBe("resumes");
  host = new TestHost();
  const session = await open();
  expect(session.how).toBe("resumed");
  await session.prompt(textPrompt("recall\nwho"));
  expect(host.text).toContain("You told me: blue");
  expect(host.text).toContain("turns=2");
});

it("offers commands, modes, two models and usage, and keeps what it offers", async () => {
  const ended = await say("/tour");
  expect(host.text).toContain("Welcome. I am the practice agent");
  expect(ended).toMatchObject({
    ok: true,
    value: { usage: { input: expect.any(Number), output: expect.any(Number), contextSize: 100_000 } },
  });
  const { options, status, version } = await until(() => {
    const agent = kit.agents.get("practice");
    return agent && agent.options.commands.length > 0 ? agent : null;
  });
  expect([status, version]).toEqual(["ready", "1.0.0"]);
  expect(options.models.map((model) => model.id)).toEqual(["steady", "swift"]);
  expect(options.modes.map((mode) => mode.id)).toEqual(["ask", "code"]);
  expect(options.commands.map((command) => command.name)).toEqual(["tour", "help"]);
});

it("is one process for two chats, each with its own memory, and warm the second time", async () => {
  const first = await open("chat-1");
  const second = await open("chat-2");
  expect(second.pid).toBe(first.pid);
  await Promise.all([first.prompt(textPrompt("remember one")), second.prompt(textPrompt("remember two"))]);
  host.updates.length = 0;
  const again = await open("chat-1");
  expect(again).toMatchObject({ how: "warm", pid: first.pid, agentSessionId: first.agentSessionId });
  await again.prompt(textPrompt("recall"));
  expect(host.text).toBe("You told me: one\n");
});
