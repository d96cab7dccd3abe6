import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { manualClock } from "../../lib/clock.ts";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { until } from "../../testing/until.ts";
import type { AgentSessionHandle } from "../agent.ts";

let kit: AgentKit;
let host: TestHost;

beforeEach(() => {
  host = new TestHost();
});
afterEach(() => kit.dispose());

function use(modes: Record<string, string[]>, options: Parameters<typeof openAgentKit>[0] = {}): void {
  kit = openAgentKit({ modes, ...options });
}

function tryOpen(agentId = "fake", chatId = "chat-1", withHost = host) {
  const request = { chatId, agentId, projectId: "p", workingCopyPath: kit.workingCopy, host: withHost };
  return kit.agents.backend.open(request, new AbortController().signal);
}

async function open(agentId = "fake", chatId = "chat-1", withHost = host): Promise<AgentSessionHandle> {
  const opened = await tryOpen(agentId, chatId, withHost);
  if (!opened.ok) throw new Error(`${opened.error.type}: ${opened.error.message}`);
  return opened.value;
}

async function runSteps(steps: object[] | string, agentId = "fake") {
  return (await open(agentId)).prompt(textPrompt(steps));
}

/** Pids whose command line holds `mark`. */
function processesWith(mark: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.[0];
        return state !== "Z" && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(mark);
      } catch {
        return false;
      }
    })
    .map(Number);
}

it("R18 a killed agent: each waiter is told once, its process is forgotten, and the next open resumes in a new one", async () => {
  use({ fake: [] });
  // Shared by both chats only because the catalogue's data say so.
  const first = await open("fake");
  const told: unknown[] = [];
  const ended = await first.prompt(textPrompt([{ say: "begun" }, { kill: "SIGKILL" }]));
  told.push(ended);
  expect(told).toEqual([{ ok: false, error: expect.objectContaining({ type: "crashed" }) }]);
  expect(kit.agents.agentSessions(["chat-1"])).toMatchObject([{ status: "crashed", outlook: "resumes" }]);
  await until(() => kit.deps.processes.list().length === 0);
  const second = await open("fake");
  expect(second).toMatchObject({ how: "resumed", agentSessionId: first.agentSessionId });
  expect(second.pid).not.toBe(first.pid);
});

it("R18 pending questions are closed and terminals ended when the agent dies", async () => {
  use({ fake: [] });
  const released: string[] = [];
  host.terminals = {
    ...host.terminals,
    create: async () => ({ ok: true, value: "term-1" }),
    release: async (id) => void released.push(id),
  };
  const session = await open();
  const action = { command: "sleep", args: ["100"] };
  let asked = false;
  host.answer = () => {
    asked = true;
    return new Promise(() => {});
  };
  const permission = { toolCall: { toolCallId: "t", kind: "execute", rawInput: { command: "x" } }, options: [{ optionId: "a", name: "a", kind: "allow_once" }] };
  const going = session.prompt(textPrompt([{ call: "terminal/create", params: action }, { call: "session/request_permission", params: permission }]));
  await until(() => asked);
  process.kill(session.pid ?? 0, "SIGKILL");
  expect(await going).toMatchObject({ ok: false, error: { type: "crashed" } });
  expect(released).toEqual(["term-1"]);
});

it("R19 ending with code 0 in the middle of a turn is a failure", async () => {
  use({ fake: [] });
  expect(await runSteps([{ say: "x" }, { exit: 0 }])).toMatchObject({ ok: false, error: { type: "crashed", diagnostics: { exitCode: 0 } } });
});

it("R20 an agent that dies on start is tried with growing pauses, then no more, with its last words", async () => {
  const clock = manualClock();
  use({ fake: ["crash-start"] }, { clock });
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const opening = tryOpen();
    if (attempt > 1) {
      const pause = 250 * 2 ** (attempt - 2);
      await until(() => clock.pending() > 0);
      clock.advance(pause - 1);
      expect(clock.pending()).toBe(1);
      clock.advance(1);
    }
    expect(await opening).toMatchObject({ ok: false, error: { type: "crashed" } });
  }
  const refused = await tryOpen();
  expect(refused).toMatchObject({ ok: false, error: { type: "crash-loop" } });
  expect(!refused.ok && refused.error.message).toContain("no model configured");
  clock.advance(61_000);
  expect(await tryOpen()).toMatchObject({ ok: false, error: { type: "crashed" } });
});

it("R22 R21 an agent that is deaf to cancel and TERM is killed, and proved gone", async () => {
  use({ fake: ["deaf"] });
  const session = await open();
  const going = session.prompt(textPrompt([{ say: "here" }, { hang: true }]));
  await until(() => host.text === "here");
  await session.cancel();
  await session.kill();
  expect(await going).toMatchObject({ ok: false, error: { type: "killed" } });
  expect(() => process.kill(session.pid ?? 0, 0)).toThrow();
  expect(kit.deps.processes.list()).toEqual([]);
});

it("R24 nothing that an agent started outlives it: group, setsid, double fork", async () => {
  use({ fake: [] });
  const mark = `7${process.pid}`;
  const session = await open();
  const steps = [
    { spawn: `sleep ${mark}1` },
    { spawn: `setsid sleep ${mark}2` },
    { spawn: `(setsid sleep ${mark}3 & ) & sleep ${mark}4` },
    { say: "started" },
    { hang: true },
  ];
  const going = session.prompt(textPrompt(steps));
  await until(() => processesWith(`sleep\0${mark}`).length === 4);
  await session.kill();
  expect(processesWith(`sleep\0${mark}`)).toEqual([]);
  await going;
});

it("R24 a crash leaves no descendants either", async () => {
  use({ fake: [] });
  const mark = `8${process.pid}`;
  const session = await open();
  const going = session.prompt(textPrompt([{ spawn: `(setsid sleep ${mark}3 & ) & sleep ${mark}4` }, { hang: true }]));
  await until(() => processesWith(`sleep\0${mark}`).length === 2);
  process.kill(session.pid ?? 0, "SIGKILL");
  await going;
  await until(() => processesWith(`sleep\0${mark}`).length === 0);
});

it("R28 a line without an end is a protocol error: that child is killed, others go on", async () => {
  use({ fake: [], other: [] });
  const other = await open("other", "chat-2");
  expect(await runSteps([{ longline: 20 * 1024 * 1024 }, { hang: true }])).toMatchObject({
    ok: false,
    error: { type: "protocol", message: expect.stringContaining("16777216 bytes") },
  });
  expect(await other.prompt(textPrompt("still here"))).toMatchObject({ ok: true });
});

it("R29 half a line and an end: told as a crash, the half kept for the diagnostic; half a line and silence: a time limit", async () => {
  use({ fake: [], stalls: ["half-stall"] }, { limits: { initializeMs: 300 } });
  expect(await runSteps([{ raw: '{"jsonrpc":"2.0","met' }, { exit: 0 }])).toMatchObject({ ok: false, error: { type: "crashed" } });
  expect(await tryOpen("stalls")).toMatchObject({ ok: false, error: { type: "handshake-timeout" } });
});

it("R30 invalid UTF-8 becomes the replacement character, and a character split between chunks stays whole", async () => {
  use({ fake: [] });
  const session = await open();
  const chunk = (bytes: Buffer): string => {
    const [before = "", after = ""] = JSON.stringify({
      jsonrpc: "2.0",
      method: "session/update",
      params: { sessionId: session.agentSessionId, update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text: "@" } } },
    }).split("@");
    return Buffer.concat([Buffer.from(before), bytes, Buffer.from(`${after}\n`)]).toString("hex");
  };
  await session.prompt(textPrompt([{ hex: chunk(Buffer.from("grün 🌱")) }, { hex: chunk(Buffer.from([0xff])) }, { say: " on" }]));
  expect(host.text).toBe("grün 🌱\ufffd on");
});

it.each([1, 10, 4000])("R31 %i stray lines are skipped, counted and shown in the diagnostic", async (lines) => {
  use({ fake: ["banner", String(lines)] });
  expect(await runSteps("hello")).toMatchObject({ ok: true });
  const diagnostic = kit.agents.diagnostic("fake");
  expect(diagnostic.ok && diagnostic.value.text).toContain(`aren't protocol: ${lines}\n`);
  expect(diagnostic.ok && diagnostic.value.text).toContain("banner 1");
});

it("R31 a flood of stray lines is a clear failure", async () => {
  use({ fake: ["banner", "10000"] });
  expect(await tryOpen()).toMatchObject({ ok: false, error: { type: "protocol", message: expect.stringMatching(/aren't protocol messages.*banner 1/s) } });
});

it("R32 JSON over several lines is one clear error", async () => {
  use({ fake: ["pretty"] }, { limits: { initializeMs: 500 } });
  expect(await tryOpen()).toMatchObject({
    ok: false,
    error: { type: "handshake-timeout", message: expect.stringContaining("lines that aren't protocol messages") },
  });
});

it("R33 an agent that closes its output and goes on running counts as dead, and is killed", async () => {
  use({ fake: ["deaf"] });
  const session = await open();
  const ended = await session.prompt(textPrompt([{ closeOutput: true }, { hang: true }]));
  expect(ended).toMatchObject({ ok: false, error: { type: "protocol", message: expect.stringContaining("closed its output") } });
  await until(() => kit.deps.processes.list().length === 0);
});

it("R34 a prompt to an agent that doesn't read waits, and ends with the agent", async () => {
  use({ fake: ["unreading"] });
  const session = await open();
  const going = session.prompt(textPrompt("x".repeat(900_000)));
  await session.kill();
  expect(await going).toMatchObject({ ok: false, error: { type: "killed" } });
});

it("R35 of a flood on stderr the last lines are kept", async () => {
  use({ fake: ["stderr", "20000"] });
  expect(await runSteps([{ exit: 4 }])).toMatchObject({ ok: false, error: { message: expect.stringContaining("noise 19999"), diagnostics: { exitCode: 4 } } });
});

it("R36 no answer to initialize, another version, sign-in needed: three failures that say what to do", async () => {
  use(
    { silent: ["silent"], newer: ["version-2"], locked: ["auth"], early: ["auth-initialize"] },
    { limits: { initializeMs: 300 } },
  );
  expect(await tryOpen("silent")).toMatchObject({ ok: false, error: { type: "handshake-timeout" } });
  expect(await tryOpen("newer")).toMatchObject({ ok: false, error: { type: "unsupported", message: expect.stringContaining("version 2") } });
  for (const agentId of ["locked", "early"]) {
    expect(await tryOpen(agentId)).toMatchObject({ ok: false, error: { type: "signed-out" } });
    expect(kit.agents.get(agentId)).toMatchObject({ status: "signed_out", reason: expect.stringContaining("sign in") });
    expect(kit.agents.checkUsable(agentId, { modelId: null, workingCopyKind: "worktree" })).toMatchObject({
      ok: false,
      error: { code: "CODING_AGENT_ENGINE_UNAVAILABLE" },
    });
  }
});

it("R37 unknown, foreign, late and doubled messages are ignored and counted", async () => {
  use({ fake: [] });
  const session = await open();
  const double = `${JSON.stringify({ jsonrpc: "2.0", id: 0, result: {} })}\n${JSON.stringify({ jsonrpc: "2.0", id: 999, result: {} })}\n`;
  await session.prompt(textPrompt([{ update: { sessionUpdate: "from_the_future" } }, { foreign: "not yours" }, { raw: double }, { say: "mine" }, { late: "too late" }]));
  await session.prompt(textPrompt("again"));
  expect(host.text).toBe("mineagain");
  const { text } = valueOf(kit.agents.diagnostic("fake"));
  expect(text).toContain("updates not understood: 1, late: 1, of no session: 1");
  expect(text).toContain("answers to nothing: 2");
});

it("R38 a storm of requests is limited, and each is answered", async () => {
  use({ fake: [] });
  expect(await runSteps([{ storm: 3000 }, { say: "through" }])).toMatchObject({ ok: true });
  expect(host.text).toBe("through");
});

it("R39 a program that is gone, or can't be executed, is named, and not tried again and again", async () => {
  use({});
  const config = { agents: { gone: { command: "/nowhere/agent" }, plain: { command: path.join(kit.dir, "data", "hearth.db") } } };
  expect(kit.agents.patchConfig(config.agents)).toMatchObject({ ok: true });
  expect(await tryOpen("gone")).toMatchObject({ ok: false, error: { type: "unavailable", message: expect.stringContaining("/nowhere/agent") } });
  expect(await tryOpen("plain")).toMatchObject({ ok: false, error: { type: "unavailable" } });
});

it("replays a load without showing it, and says memory-lost where nothing can be restored", async () => {
  use({ loads: ["load-only"], forgets: ["forgetful"], denies: ["amnesiac"] });
  for (const [agentId, how] of [["loads", "loaded"], ["forgets", "memory-lost"], ["denies", "memory-lost"]] as const) {
    const first = await open(agentId);
    await first.kill();
    expect(kit.agents.backend.outlook("chat-1", agentId)).toBe({ loads: "replays", forgets: "memory-lost", denies: "resumes" }[agentId]);
    host = new TestHost();
    const again = await open(agentId);
    expect(again.how).toBe(how);
    await again.prompt(textPrompt("only this"));
    expect(host.text).toBe("only this");
  }
});

it("takes a crash while resuming for a crash and keeps the memory's id", async () => {
  use({ fake: ["crash-resume"] });
  const first = await open();
  await first.kill();
  expect(await tryOpen()).toMatchObject({ ok: false, error: { type: "crashed" } });
  expect(kit.deps.sessions.find("chat-1", "fake")).toMatchObject({ agentSessionId: first.agentSessionId });
});

it("sets a model only where it is offered, and says when the agent refuses it", async () => {
  use({ fake: [] });
  const session = await open();
  expect(session.options.models.map((model) => model.id)).toEqual(["small", "large", "broken"]);
  expect(await session.prompt(textPrompt("x", { modelId: "huge" }))).toMatchObject({ ok: false, error: { type: "model-unavailable" } });
  expect(await session.prompt(textPrompt("x", { modelId: "broken" }))).toMatchObject({ ok: false, error: { type: "model-unavailable" } });
  expect(host.text).toBe("");
  expect(await session.prompt(textPrompt("x", { modelId: "small" }))).toMatchObject({ ok: true, value: { usage: { input: 10, output: 2 } } });
  expect(host.updates).toContainEqual({ type: "model", modelId: "small" });
  expect(session.options.commands).toEqual([{ name: "early", description: "Told before the answer" }]);
});

it("S50 paths that lead out are refused for reads and writes, and nothing is made", async () => {
  use({ fake: [] });
  const outside = path.join(kit.dir, "outside.txt");
  const paths = [outside, `${kit.workingCopy}/../outside.txt`, "/etc/passwd", "relative.txt", `${kit.workingCopy}/a\0b`, `${kit.workingCopy}/%2e%2e/x`, "C:\\x", "\\\\?\\C:\\x", `${kit.workingCopy}/.git/config`, kit.workingCopy];
  for (const file of paths) {
    host = new TestHost();
    await runSteps([{ call: "fs/write_text_file", params: { path: file, content: "x" } }, { call: "fs/read_text_file", params: { path: file } }]);
    const answers = host.text.trim().split("\n").map((line) => JSON.parse(line));
    expect(answers, file).toEqual([{ error: expect.anything() }, { error: expect.anything() }]);
    expect(host.authorized, file).toEqual([]);
  }
  expect(readdirSync(kit.workingCopy)).toEqual([]);
});

it("S51 a sibling with the same beginning is outside", async () => {
  use({ fake: [] });
  await runSteps([{ call: "fs/write_text_file", params: { path: `${kit.workingCopy}-evil/x`, content: "x" } }]);
  expect(host.text).toContain("isn't inside the working copy");
});

it("S83 what is written is what was approved: other content asks again, and a text that changed meanwhile is refused", async () => {
  use({ fake: [] });
  const file = path.join(kit.workingCopy, "a.txt");
  const diff = { type: "diff", path: file, oldText: null, newText: "A" };
  const approve = { toolCall: { toolCallId: "t", kind: "edit", content: [diff] }, options: [{ optionId: "ok", name: "ok", kind: "allow_once" }] };
  host.authorizes = (action) => JSON.stringify(action) === JSON.stringify(host.asks[0]?.action);
  await runSteps([
    { call: "session/request_permission", params: approve },
    { call: "fs/write_text_file", params: { path: file, content: "B" } },
    { call: "fs/write_text_file", params: { path: file, content: "A" } },
  ]);
  const [, refusedB, writtenA] = host.text.trim().split("\n").map((line) => JSON.parse(line));
  expect(refusedB).toMatchObject({ error: { message: expect.stringContaining("not allowed") } });
  expect(writtenA).toEqual({ result: {} });
  expect(readFileSync(file, "utf8")).toBe("A");
});

it("S82 an answer that isn't among the options is no permission", async () => {
  use({ fake: [] });
  const options = [{ optionId: "x", name: "Reject", kind: "allow_always" }, { optionId: "y", name: "Allow", kind: "reject_once" }];
  const ask = { call: "session/request_permission", params: { toolCall: { toolCallId: "t", rawInput: { command: "ls" } }, options } };
  host.answer = () => ({ kind: "selected", optionId: "made-up", allowed: true });
  await runSteps([ask]);
  host.answer = () => ({ kind: "selected", optionId: "y", allowed: true });
  await runSteps([ask]);
  const answers = host.text.trim().split("\n").map((line) => JSON.parse(line));
  expect(answers).toEqual([{ result: { outcome: { outcome: "cancelled" } } }, { result: { outcome: { outcome: "cancelled" } } }]);
});

it("refuses to act for an agent outside a turn", async () => {
  use({ fake: [] });
  const session = await open();
  const going = session.prompt(textPrompt([{ call: "fs/write_text_file", params: { path: path.join(kit.workingCopy, "a.txt"), content: "x" } }, { hang: true }]));
  let waiting = false;
  host.authorizes = () => {
    waiting = true;
    return new Promise(() => {});
  };
  await until(() => waiting);
  await session.cancel();
  await until(() => host.text.includes("not allowed"));
  await session.kill();
  await going;
  expect(readdirSync(kit.workingCopy)).toEqual([]);
});

it("S89 no switch of ours, secret of another or provider's key reaches an agent; what it needs does", async () => {
  const env = {
    ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "--inspect", HEARTH_TOKEN: "t", ARGV0: "x", APPIMAGE: "y", ANTHROPIC_API_KEY: "sk-other",
    OPENCODE_SERVER_PASSWORD: "p", AWS_SECRET_ACCESS_KEY: "s", GITHUB_TOKEN: "g", NVM_DIR: "/nvm", LC_ALL: "C.UTF-8", OWN_KEY: "mine",
  };
  use({}, { env });
  const entry = { command: process.execPath, args: [path.resolve("electron/testing/fake-agent.ts")], env: { WANTED: "${OWN_KEY}" } };
  expect(kit.agents.patchConfig({ fake: entry })).toMatchObject({ ok: true });
  await runSteps([{ env: true }]);
  const seen: Record<string, string> = JSON.parse(host.text);
  for (const name of ["ELECTRON_RUN_AS_NODE", "NODE_OPTIONS", "HEARTH_TOKEN", "ARGV0", "APPIMAGE", "ANTHROPIC_API_KEY", "OPENCODE_SERVER_PASSWORD", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "OWN_KEY"])
    expect(seen, name).not.toHaveProperty(name);
  expect(seen).toMatchObject({ NVM_DIR: "/nvm", LC_ALL: "C.UTF-8", WANTED: "mine", HOME: path.join(kit.dir, "home") });
  expect(seen["PATH"]?.split(":")).toContain(path.dirname(process.execPath));
});

it("S91 neither prompt nor secret stands in a process's arguments", async () => {
  use({ fake: [] });
  const session = await open();
  const going = session.prompt(textPrompt([{ say: "canary-of-the-prompt" }, { hang: true }]));
  await until(() => host.text !== "");
  expect(processesWith("canary-of-the-prompt")).toEqual([]);
  await session.kill();
  await going;
});

it("stops a child that nobody used for half an hour, and resumes on the next open", async () => {
  const clock = manualClock();
  use({ fake: [] }, { clock });
  const first = await open();
  clock.advance(29 * 60_000);
  expect(await open()).toMatchObject({ how: "warm" });
  await first.prompt(textPrompt("x"));
  clock.advance(29 * 60_000);
  expect(kit.agents.processes()).toHaveLength(1);
  clock.advance(2 * 60_000);
  await until(() => kit.deps.processes.list().length === 0);
  expect(kit.agents.backend.outlook("chat-1", "fake")).toBe("resumes");
  expect(await open()).toMatchObject({ how: "resumed", agentSessionId: first.agentSessionId });
});

it("an aborted open ends at once, and leaves nothing that isn't recorded", async () => {
  use({ fake: ["silent"] });
  const abort = new AbortController();
  const request = { chatId: "chat-1", agentId: "fake", projectId: "p", workingCopyPath: kit.workingCopy, host };
  const opening = kit.agents.backend.open(request, abort.signal);
  await until(() => kit.deps.processes.list().length === 1);
  abort.abort();
  expect(await opening).toMatchObject({ ok: false, error: { type: "cancelled" } });
  await until(() => kit.deps.processes.list().length === 0);
});

it("closing a chat ends the process that nobody else uses", async () => {
  use({ fake: [] });
  await open("practice", "chat-1");
  await open("practice", "chat-2");
  await kit.agents.backend.closeChat("chat-1");
  expect(kit.agents.processes()).toHaveLength(1);
  await kit.agents.backend.closeWorkingCopy(kit.workingCopy);
  expect(kit.agents.processes()).toEqual([]);
  expect(kit.deps.processes.list()).toEqual([]);
});

function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
