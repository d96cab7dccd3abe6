import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AgentSessionHandle } from "../port.ts";
import { openAgentKit, processesWith, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { startModelServer, type ModelReply, type ModelRequest, type ModelServer } from "../../testing/model-server.ts";
import { findRealAgent, offlineEnv, prepareAgentHome } from "../../testing/real-agents.ts";
import { until } from "../../testing/until.ts";

// Claude Code itself through its SDK, against a model that answers from a script.

const agentId = "claude";

describe.runIf(findRealAgent(agentId) !== null)("the real claude through its SDK", () => {
  let model: ModelServer;
  let kit: AgentKit;
  let host: TestHost;

  function answer({ words, step }: ModelRequest): ModelReply {
    const once = (name: string, args: Record<string, unknown>): ModelReply =>
      step === 0 ? { text: ["First. "], toolCalls: [{ name, args }] } : { text: ["It is done."] };
    const command = /run `(.+)`/.exec(words)?.[1];
    if (command !== undefined) return once("Bash", { command, description: "A command" });
    const file = /edit (\S+)/.exec(words)?.[1];
    // It edits no file that it hasn't read.
    if (file !== undefined && step === 0) return { toolCalls: [{ name: "Read", args: { file_path: file } }] };
    if (file !== undefined && step === 1)
      return { toolCalls: [{ name: "Edit", args: { file_path: file, old_string: "old", new_string: "new" } }] };
    if (words.includes("wonder"))
      return once("AskUserQuestion", {
        questions: [
          {
            question: "Which?",
            header: "Pick",
            multiSelect: false,
            options: ["A", "B"].map((label) => ({ label, description: "" })),
          },
        ],
      });
    if (words.includes("slow")) return { text: ["begun ", "going ", "on"], delayMs: 400 };
    if (words.includes("hang")) return { text: ["begun "], hang: true };
    if (words.includes("refuse")) return { status: 401 };
    return { reasoning: ["Looking. "], text: ["You ", "said: ", words.slice(-20)] };
  }

  const setUp = (dir?: string): AgentKit => {
    const made = openAgentKit(dir === undefined ? {} : { dir });
    const shell = { env: prepareAgentHome(path.join(made.dir, "home"), model.url), source: "shell" as const, problem: null };
    made.deps.shell.get = async () => shell;
    made.deps.shell.known = () => shell;
    made.agents.patchConfig({ [agentId]: { env: offlineEnv[agentId](model.url) } });
    return made;
  };

  beforeAll(async () => {
    model = await startModelServer(answer);
    kit = setUp();
  });
  beforeEach(() => (host = new TestHost()));
  afterAll(async () => {
    await kit?.dispose();
    await model?.close();
  });

  const reject = (ask: { options: { id: string; effect: string }[] }) => ({
    kind: "selected" as const,
    optionId: ask.options.find((option) => option.effect === "reject")?.id ?? "",
    allowed: false,
  });
  const lastTranscript = (): string => model.requests.findLast(({ tools }) => tools.length > 0)?.transcript.join("\n") ?? "";
  const ownTranscripts = (): string => path.join(kit.dir, "home/.claude/projects");
  const toolStates = (): (string | undefined)[] =>
    host.updates.flatMap((update) => (update.type === "tool" && update.tool.status ? [update.tool.status] : []));

  it("takes a turn, and a second one warm, each thing said once and each token counted once", async () => {
    const first = await kit.open(host, agentId, "chat-1");
    expect(first.how).toBe("new");
    const usage = { input: 11, output: 5, cost: expect.closeTo(0.000144, 6), contextSize: 200_000 };
    expect(await first.prompt(textPrompt("one"))).toMatchObject({ ok: true, value: { reason: "done", usage } });
    expect(host.text).toBe("You said: one");
    expect(host.updates.flatMap((update) => (update.type === "reasoning" ? [update.text] : [])).join("")).toBe("Looking. ");
    const second = await kit.open(host, agentId, "chat-1");
    expect(second).toMatchObject({ how: "warm", pid: first.pid, agentSessionId: first.agentSessionId });
    host.updates.length = 0;
    expect(await second.prompt(textPrompt("two"))).toMatchObject({ value: { usage } });
    expect(host.text).toBe("You said: two");
    expect(kit.agents.get(agentId)).toMatchObject({ status: "ready", version: expect.stringMatching(/^2\./) });
    expect(second.options).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ id: "default" })]),
      modes: [{ id: "default" }, { id: "acceptEdits" }, { id: "plan" }, { id: "auto" }],
      commands: expect.arrayContaining([expect.objectContaining({ name: "compact" })]),
    });
  });

  it("edits after a permission that shows the whole change, and leaves the file alone when it is rejected", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    const file = path.join(kit.workingCopy, "greeting.txt");
    writeFileSync(file, "hello old world\n");
    expect(await session.prompt(textPrompt(`please edit ${file}`))).toMatchObject({ ok: true, value: { usage: { input: 33 } } });
    expect(readFileSync(file, "utf8")).toBe("hello new world\n");
    expect(host.asks).toMatchObject([
      {
        toolCallId: expect.any(String),
        action: {
          kind: "edit",
          paths: [file],
          diff: [{ path: file, oldText: "hello old world\n", newText: "hello new world\n" }],
        },
      },
    ]);
    expect(toolStates()).toEqual(["pending", "in_progress", "completed", "pending", "in_progress", "completed"]);
    writeFileSync(file, "hello old world\n");
    host.answer = reject;
    expect(await session.prompt(textPrompt(`please edit ${file}`))).toMatchObject({ ok: true, value: { reason: "done" } });
    expect(readFileSync(file, "utf8")).toBe("hello old world\n");
    expect(lastTranscript()).toContain("said no to this call");
  });

  it("asks for a command though the project's own settings would let it through, and runs it when it may", async () => {
    mkdirSync(path.join(kit.workingCopy, ".claude"), { recursive: true });
    writeFileSync(path.join(kit.workingCopy, ".claude/settings.json"), JSON.stringify({ permissions: { allow: ["Bash(*)"] } }));
    const session = await kit.open(host, agentId, "chat-3");
    await session.prompt(textPrompt("please run `echo hello-$((1+1)); exit 3`"));
    expect(host.asks.map((ask) => ask.action)).toMatchObject([{ kind: "execute", command: "echo hello-$((1+1)); exit 3" }]);
    const last = host.updates.findLast((update) => update.type === "tool");
    expect(last).toMatchObject({ tool: { status: "failed", output: expect.stringContaining("hello-2") } });
  });

  it("hands on a question and takes the answer", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    host.reply = () => ({ kind: "answered", content: { value: "B" } });
    await session.prompt(textPrompt("I wonder"));
    expect(host.questions).toMatchObject([{ message: "Which?", options: [{ value: "A" }, { value: "B" }] }]);
    expect(lastTranscript()).toContain('"Which?"="B"');
  });

  it.each(["slow", "hang"])("stops at a cancel (%s) and goes on at once in the same process", async (words) => {
    const session = await kit.open(host, agentId, "chat-3");
    const going = session.prompt(textPrompt(`be ${words}`));
    await until(() => host.text.includes("begun"));
    await session.cancel();
    expect(await going).toMatchObject({ ok: true, value: { reason: "cancelled" } });
    host.updates.length = 0;
    expect(await session.prompt(textPrompt("next"))).toMatchObject({ ok: true, value: { reason: "done" } });
    expect(host.text).toBe("You said: next");
  });

  it("stops before it has begun, and while it asks", async () => {
    const session = await kit.open(host, agentId, "chat-3");
    const early = session.prompt(textPrompt("please hang"));
    await session.cancel();
    const ended = await early;
    expect(ended.ok ? ended.value.reason : ended.error.type).toBe("cancelled");
    host.answer = () => new Promise(() => undefined);
    const asking = session.prompt(textPrompt("please run `touch never.txt`"));
    await until(() => host.asks.length > 0);
    await session.cancel();
    expect(await asking).toMatchObject({ ok: true, value: { reason: "cancelled" } });
    expect(existsSync(path.join(kit.workingCopy, "never.txt"))).toBe(false);
    host.updates.length = 0;
    expect(await session.prompt(textPrompt("next"))).toMatchObject({ ok: true, value: { reason: "done" } });
    expect(host.text).toBe("You said: next");
  });

  it("takes a result that calls itself a success for the failure that it is, and goes on after", async () => {
    const session = await kit.open(host, agentId, "chat-3");
    expect(await session.prompt(textPrompt("refuse"))).toMatchObject({
      ok: false,
      error: { type: "failed", message: expect.stringContaining("scripted 401") },
    });
    expect(host.updates).toContainEqual({ type: "notice", kind: "retry", message: expect.stringContaining("401") });
    expect(await session.prompt(textPrompt("next"))).toMatchObject({ ok: true, value: { reason: "done" } });
  });

  it("takes a model, mode and level for one turn, and refuses what it doesn't offer", async () => {
    const session = await kit.open(host, agentId, "chat-4");
    await session.prompt(textPrompt("one", { modeId: "plan", modelId: "sonnet", thinkingLevel: "high" }));
    expect(lastTranscript()).toMatch(/plan mode/i);
    expect(kit.agents.agentSessions(["chat-4"])).toMatchObject([
      { current: { modeId: "plan", modelId: "sonnet", thinkingLevel: "high" } },
    ]);
    expect(await session.prompt(textPrompt("two", { modelId: "none" }))).toMatchObject({
      ok: false,
      error: { type: "model-unavailable" },
    });
    expect(await session.prompt(textPrompt("three"))).toMatchObject({ ok: true });
    expect(kit.agents.agentSessions(["chat-4"])).toMatchObject([{ current: { modeId: "default", thinkingLevel: "default" } }]);
  });

  it("comes back with its memory after its process was killed in a turn, and says so", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    await session.prompt(textPrompt("the word is heron"));
    const going = session.prompt(textPrompt("hang"));
    await until(() => host.text.includes("begun"));
    process.kill(session.pid ?? 0, "SIGKILL");
    expect(await going).toMatchObject({ ok: false, error: { type: "crashed", message: expect.stringContaining("SIGKILL") } });
    const again = await kit.open(host, agentId, "chat-2");
    expect(again).toMatchObject({ agentSessionId: session.agentSessionId, how: "resumed" });
    await again.prompt(textPrompt("which word"));
    expect(lastTranscript()).toContain("heron");
  });

  it("comes back after a restart though the agent has deleted its own transcripts, and says where it can't", async () => {
    const before: AgentSessionHandle = await kit.open(host, agentId, "chat-5");
    await before.prompt(textPrompt("the word is egret"));
    await kit.scope.dispose();
    kit.store.close();
    expect(processesWith(before.agentSessionId)).toEqual([]);
    rmSync(ownTranscripts(), { recursive: true });
    kit = setUp(kit.dir);
    expect(kit.agents.backend.outlook("chat-5", agentId)).toBe("resumes");
    const again = await kit.open(host, agentId, "chat-5");
    expect(again).toMatchObject({ agentSessionId: before.agentSessionId, how: "resumed" });
    const usage = { input: 11, cost: expect.closeTo(0.000144, 6) };
    expect(await again.prompt(textPrompt("which word"))).toMatchObject({ ok: true, value: { usage } });
    expect(lastTranscript()).toContain("egret");
    // It is back where the agent looks for it.
    expect(readdirSync(ownTranscripts(), { recursive: true }).join("\n")).toContain(again.agentSessionId);
    await kit.agents.backend.closeChat("chat-5");
    rmSync(ownTranscripts(), { recursive: true });
    kit.store.sqlite.exec("DELETE FROM transcript_lines");
    expect(await kit.open(host, agentId, "chat-5")).toMatchObject({ how: "memory-lost" });
  });

  it("says that nobody is signed in before a prompt is lost on it", async () => {
    kit.agents.patchConfig({ [agentId]: { env: { ...offlineEnv[agentId](model.url), ANTHROPIC_API_KEY: "" } } });
    expect(await kit.tryOpen(host, agentId, "chat-1")).toMatchObject({ ok: false, error: { type: "signed-out" } });
    expect(kit.agents.get(agentId)).toMatchObject({ status: "signed_out" });
  });
});
