import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../lib/clock.ts";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { until } from "../../testing/until.ts";

let kit: AgentKit;
let host: TestHost;

beforeEach(() => {
  host = new TestHost();
});
afterEach(() => kit.dispose());

function use(modes: Record<string, string[]>, options: Parameters<typeof openAgentKit>[0] = {}): void {
  kit = openAgentKit({ modes, ...options });
}

it("R18 a killed agent: each waiter is told once, its process is forgotten, and the next open resumes in a new one", async () => {
  use({ fake: [] });
  // Shared by both chats only because the catalogue's data say so.
  const first = await kit.open(host, "fake");
  const told: unknown[] = [];
  const ended = await first.prompt(textPrompt([{ say: "begun" }, { kill: "SIGKILL" }]));
  told.push(ended);
  expect(told).toEqual([{ ok: false, error: expect.objectContaining({ type: "crashed" }) }]);
  expect(kit.agents.agentSessions(["chat-1"])).toMatchObject([{ status: "crashed", outlook: "resumes" }]);
  await until(() => kit.deps.processes.list().length === 0);
  const second = await kit.open(host, "fake");
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
  const session = await kit.open(host);
  const action = { command: "sleep", args: ["100"] };
  let asked = false;
  host.answer = () => {
    asked = true;
    return new Promise(() => {});
  };
  const permission = {
    toolCall: { toolCallId: "t", kind: "execute", rawInput: { command: "x" } },
    options: [{ optionId: "a", name: "a", kind: "allow_once" }],
  };
  const going = session.prompt(
    textPrompt([
      { call: "terminal/create", params: action },
      { call: "session/request_permission", params: permission },
    ]),
  );
  await until(() => asked);
  process.kill(session.pid ?? 0, "SIGKILL");
  expect(await going).toMatchObject({ ok: false, error: { type: "crashed" } });
  expect(released).toEqual(["term-1"]);
});

it("R19 ending with code 0 in the middle of a turn is a failure", async () => {
  use({ fake: [] });
  expect(await kit.turn(host, [{ say: "x" }, { exit: 0 }])).toMatchObject({
    ok: false,
    error: { type: "crashed", diagnostics: { exitCode: 0 } },
  });
});

it("R20 an agent that dies on start is tried with growing pauses, then no more, with its last words", async () => {
  const clock = new ManualClock();
  use({ fake: ["crash-start"] }, { clock });
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const opening = kit.tryOpen(host);
    if (attempt > 1) {
      const pause = 250 * 2 ** (attempt - 2);
      await until(() => clock.pending() > 0);
      clock.advance(pause - 1);
      expect(clock.pending()).toBe(1);
      clock.advance(1);
    }
    expect(await opening).toMatchObject({ ok: false, error: { type: "crashed" } });
  }
  const refused = await kit.tryOpen(host);
  expect(refused).toMatchObject({ ok: false, error: { type: "crash-loop" } });
  expect(!refused.ok && refused.error.message).toContain("no model configured");
  clock.advance(61_000);
  expect(await kit.tryOpen(host)).toMatchObject({ ok: false, error: { type: "crashed" } });
});

it("R27 a flood of 100 MB goes through in order, without piling up", async () => {
  use({ fake: [] });
  let bytes = 0;
  const before = process.memoryUsage().rss;
  let most = before;
  host.onUpdate = (update) => {
    if (update.type !== "text") return;
    bytes += update.text.length;
    most = Math.max(most, process.memoryUsage().rss);
  };
  expect(await kit.turn(host, [{ flood: 100, chars: 1_000_000 }])).toMatchObject({ ok: true });
  expect(bytes).toBe(100_000_000);
  expect(most - before).toBeLessThan(150 * 1024 * 1024);
});

it("R28 a line without an end is a protocol error: that child is killed, others go on", async () => {
  use({ fake: [], other: [] });
  const other = await kit.open(host, "other", "chat-2");
  expect(await kit.turn(host, [{ longline: 20 * 1024 * 1024 }, { hang: true }])).toMatchObject({
    ok: false,
    error: { type: "protocol", message: expect.stringContaining("16777216 bytes") },
  });
  expect(await other.prompt(textPrompt("still here"))).toMatchObject({ ok: true });
});

it("R29 half a line and an end is a crash; the half is kept for the diagnostic", async () => {
  use({ fake: [] });
  expect(await kit.turn(host, [{ raw: '{"jsonrpc":"2.0","met' }, { exit: 0 }])).toMatchObject({
    ok: false,
    error: { type: "crashed" },
  });
  expect(valueOf(kit.agents.diagnostic("fake")).text).toContain('in the middle of a line: {"jsonrpc":"2.0","met');
});

it("R29 half a line and silence ends with the time limit", async () => {
  use({ fake: ["half-stall"] }, { limits: { startMs: 300 } });
  expect(await kit.tryOpen(host)).toMatchObject({ ok: false, error: { type: "handshake-timeout" } });
});

it("R30 invalid UTF-8 becomes the replacement character, and a character split between chunks stays whole", async () => {
  use({ fake: [] });
  const session = await kit.open(host);
  const chunk = (bytes: Buffer): string => {
    const [before = "", after = ""] = JSON.stringify({
      jsonrpc: "2.0",
      method: "session/update",
      params: {
        sessionId: session.agentSessionId,
        update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text: "@" } },
      },
    }).split("@");
    return Buffer.concat([Buffer.from(before), bytes, Buffer.from(`${after}\n`)]).toString("hex");
  };
  await session.prompt(textPrompt([{ hex: chunk(Buffer.from("grün 🌱")) }, { hex: chunk(Buffer.from([0xff])) }, { say: " on" }]));
  expect(host.text).toBe("grün 🌱\ufffd on");
});

it.each([1, 10, 4000])("R31 %i stray lines are skipped, counted and shown in the diagnostic", async (lines) => {
  use({ fake: ["banner", String(lines)] });
  expect(await kit.turn(host, "hello")).toMatchObject({ ok: true });
  const diagnostic = kit.agents.diagnostic("fake");
  expect(diagnostic.ok && diagnostic.value.text).toContain(`aren't protocol: ${lines}\n`);
  expect(diagnostic.ok && diagnostic.value.text).toContain("banner 1");
});

it("R31 a flood of stray lines is a clear failure", async () => {
  use({ fake: ["banner", "10000"] });
  expect(await kit.tryOpen(host)).toMatchObject({
    ok: false,
    error: { type: "protocol", message: expect.stringMatching(/aren't protocol messages.*banner 1/s) },
  });
});

it("R32 JSON over several lines is one clear error", async () => {
  // Long enough for it to start and say something on a busy machine.
  use({ fake: ["pretty"] }, { limits: { startMs: 5000 } });
  expect(await kit.tryOpen(host)).toMatchObject({
    ok: false,
    error: { type: "handshake-timeout", message: expect.stringContaining("lines that aren't protocol messages") },
  });
});

it("R33 an agent that closes its output and goes on running counts as dead, and is killed", async () => {
  use({ fake: ["deaf"] });
  const session = await kit.open(host);
  const ended = await session.prompt(textPrompt([{ closeOutput: true }, { hang: true }]));
  expect(ended).toMatchObject({ ok: false, error: { type: "protocol", message: expect.stringContaining("closed its output") } });
  await until(() => kit.deps.processes.list().length === 0);
});

it("R34 a prompt to an agent that doesn't read waits, and ends with the agent", async () => {
  use({ fake: ["unreading"] });
  const session = await kit.open(host);
  const going = session.prompt(textPrompt("x".repeat(900_000)));
  await session.kill();
  expect(await going).toMatchObject({ ok: false, error: { type: "killed" } });
});

it("R35 of a flood on stderr the last lines are kept", async () => {
  use({ fake: ["stderr", "20000"] });
  expect(await kit.turn(host, [{ exit: 4 }])).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining("noise 19999"), diagnostics: { exitCode: 4 } },
  });
});

it("R36 another version and sign-in needed are failures that say what to do", async () => {
  use({ newer: ["version-2"], locked: ["auth"], early: ["auth-initialize"] });
  expect(await kit.tryOpen(host, "newer")).toMatchObject({
    ok: false,
    error: { type: "unsupported", message: expect.stringContaining("version 2") },
  });
  expect(await kit.tryOpen(host, "locked")).toMatchObject({ ok: false, error: { type: "signed-out" } });
  expect(kit.agents.get("locked")).toMatchObject({ status: "signed_out", reason: expect.stringContaining("signed in") });
  expect(await kit.tryOpen(host, "early")).toMatchObject({ ok: false, error: { message: "Please sign in first" } });
});

it("R36 an agent that never answers initialize is killed after the time limit", async () => {
  use({ fake: ["silent"] }, { limits: { startMs: 300 } });
  expect(await kit.tryOpen(host)).toMatchObject({ ok: false, error: { type: "handshake-timeout" } });
  expect(kit.deps.processes.list()).toEqual([]);
});

it("R37 unknown, foreign and doubled messages are ignored and counted; late ones are its own turn's", async () => {
  use({ fake: [] });
  const session = await kit.open(host);
  const double = `${JSON.stringify({ jsonrpc: "2.0", id: 0, result: {} })}\n${JSON.stringify({ jsonrpc: "2.0", id: 999, result: {} })}\n`;
  await session.prompt(
    textPrompt([
      { update: { sessionUpdate: "from_the_future" } },
      { foreign: "not yours" },
      { raw: double },
      { say: "mine" },
      { late: "too late" },
    ]),
  );
  const diagnostic = (): string => valueOf(kit.agents.diagnostic("fake")).text;
  await until(() => diagnostic().includes("late: 1"));
  const next = new TestHost();
  await (await kit.open(next)).prompt(textPrompt("again"));
  expect([host.text, next.text]).toEqual(["minetoo late", "again"]);
  const text = diagnostic();
  expect(text).toContain("updates not understood: 1, late: 1, of no session: 1");
  expect(text).toContain("answers to nothing: 2");
});

it("R38 a storm of requests is limited, and each is answered", async () => {
  use({ fake: [] });
  expect(await kit.turn(host, [{ storm: 3000 }, { say: "through" }])).toMatchObject({ ok: true });
  expect(host.text).toBe("through");
});

it("R38 a storm of requests from an agent that reads no answers ends it, before its answers fill the memory", async () => {
  use({ fake: ["unreading-storm"] });
  const session = await kit.open(host);
  expect(await session.prompt(textPrompt("hello"))).toMatchObject({
    ok: false,
    error: { type: "protocol", message: expect.stringContaining("reads no answers") },
  });
  await until(() => kit.deps.processes.list().length === 0);
});

it("R39 a program that is gone, or can't be executed, is named, and not tried again and again", async () => {
  use({});
  const config = { agents: { gone: { command: "/nowhere/agent" }, plain: { command: path.join(kit.dir, "data", "hearth.db") } } };
  expect(kit.agents.patchConfig(config.agents)).toMatchObject({ ok: true });
  expect(await kit.tryOpen(host, "gone")).toMatchObject({
    ok: false,
    error: { type: "unavailable", message: expect.stringContaining("/nowhere/agent") },
  });
  expect(await kit.tryOpen(host, "plain")).toMatchObject({ ok: false, error: { type: "unavailable" } });
});

function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
