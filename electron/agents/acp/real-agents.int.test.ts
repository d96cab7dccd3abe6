import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { startModelServer, type ModelReply, type ModelRequest, type ModelServer } from "../../testing/model-server.ts";
import { findRealAgent, offlineEnv, prepareAgentHome } from "../../testing/real-agents.ts";
import { until } from "../../testing/until.ts";

// The programs themselves, against a model that answers from a script; they run where they are installed.
const edits = {
  opencode: (file: string): ModelReply => ({
    toolCalls: [{ name: "edit", args: { filePath: file, oldString: "old", newString: "new" } }],
  }),
  qwen: (file: string, step: number): ModelReply =>
    step === 0
      ? { toolCalls: [{ name: "read_file", args: { file_path: file } }] }
      : { toolCalls: [{ name: "edit", args: { file_path: file, old_string: "old", new_string: "new" } }] },
};
const editSteps = { opencode: 1, qwen: 2 };

describe.each(["opencode", "qwen"] as const)("the real %s", (agentId) => {
  const run = it.runIf(findRealAgent(agentId) !== null);
  let model: ModelServer;
  let kit: AgentKit;
  let host: TestHost;
  let file: string;

  function answer({ words, step }: ModelRequest): ModelReply {
    if (words.includes("edit")) return step < editSteps[agentId] ? edits[agentId](file, step) : { text: ["It is changed."] };
    if (words.includes("slow")) return { text: ["begun ", "going ", "on"], delayMs: 400, hang: false };
    return { text: [`You said: ${words.slice(-20)}`] };
  }

  // One home and one process for all, as a start in a new home takes these programs many seconds.
  beforeAll(async () => {
    model = await startModelServer(answer);
    kit = openAgentKit();
    const env = { ...prepareAgentHome(path.join(kit.dir, "home"), model.url) };
    const shell = { env, source: "shell" as const, problem: null };
    kit.deps.shell.get = async () => shell;
    kit.deps.shell.known = () => shell;
    kit.agents.patchConfig({ [agentId]: { env: offlineEnv[agentId](model.url) } });
  });
  beforeEach(() => {
    host = new TestHost();
    file = path.join(kit.workingCopy, "greeting.txt");
    writeFileSync(file, "hello old world\n");
  });
  afterAll(async () => {
    await kit.dispose();
    await model.close();
  });

  run("takes a turn, and a second one warm", async () => {
    const first = await kit.open(host, agentId, "chat-1");
    expect(await first.prompt(textPrompt("one"))).toMatchObject({
      ok: true,
      value: { reason: "done", usage: { input: expect.any(Number) } },
    });
    expect(host.text).toContain("You said: one");
    const second = await kit.open(host, agentId, "chat-1");
    expect(second).toMatchObject({ how: "warm", pid: first.pid, agentSessionId: first.agentSessionId });
    await second.prompt(textPrompt("two"));
    expect(host.text).toContain("You said: two");
    expect(kit.agents.get(agentId)?.options.models.length).toBeGreaterThan(0);
  });

  run("S83 edits after a permission whose action is what is then written", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    host.authorizes = (action) => host.asks.some((ask) => JSON.stringify(ask.action) === JSON.stringify(action));
    expect(await session.prompt(textPrompt("please edit it"))).toMatchObject({ ok: true });
    expect(readFileSync(file, "utf8")).toBe("hello new world\n");
    expect(host.asks.map((ask) => ask.action)).toEqual([
      { kind: "edit", paths: [file], diff: [{ path: file, oldText: "hello old world\n", newText: "hello new world\n" }] },
    ]);
  });

  run("leaves the file alone when the edit is rejected", async () => {
    const session = await kit.open(host, agentId, "chat-3");
    host.answer = (ask) => ({
      kind: "selected",
      optionId: ask.options.find((option) => option.effect === "reject" && option.lasts === "once")?.id ?? "",
      allowed: false,
    });
    host.authorizes = () => false;
    expect(await session.prompt(textPrompt("please edit it"))).toMatchObject({ ok: true });
    expect(readFileSync(file, "utf8")).toBe("hello old world\n");
  });

  run("stops at a cancel and goes on at once in the same process", async () => {
    const session = await kit.open(host, agentId, "chat-4");
    const slow = session.prompt(textPrompt("be slow"));
    await until(() => host.text.includes("begun"));
    await session.cancel();
    expect(await slow).toMatchObject({ ok: true, value: { reason: "cancelled" } });
    host.updates.length = 0;
    expect(await session.prompt(textPrompt("next"))).toMatchObject({ ok: true, value: { reason: "done" } });
    expect(host.text).toContain("You said: next");
  });

  run("comes back with its memory after its process was killed", async () => {
    const session = await kit.open(host, agentId, "chat-5");
    await session.prompt(textPrompt("the word is heron"));
    process.kill(session.pid ?? 0, "SIGKILL");
    await until(() => !kit.agents.processes().some((shown) => shown.pid === session.pid));
    const again = await kit.open(host, agentId, "chat-5");
    expect(again).toMatchObject({ agentSessionId: session.agentSessionId, how: "resumed" });
    await again.prompt(textPrompt("which word"));
    expect(model.requests.findLast((request) => request.tools.length > 0)?.transcript.join("\n")).toContain("heron");
  });
});
