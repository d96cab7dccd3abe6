import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startChild } from "../../lib/process.ts";
import type { AgentSessionHandle } from "../port.ts";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { startModelServer, type ModelReply, type ModelRequest, type ModelServer } from "../../testing/model-server.ts";
import { findRealAgent, offlineEnv, prepareAgentHome } from "../../testing/real-agents.ts";
import { until } from "../../testing/until.ts";

// The program itself as a server, against a model that answers from a script.

const agentId = "opencode";

/** The inodes that a process watches. */
function watchedBy(pid: number): number[] {
  const infos = readdirSync(`/proc/${pid}/fdinfo`).map((fd) => {
    try {
      return readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8");
    } catch {
      return ""; // Closed meanwhile.
    }
  });
  return [...infos.join("").matchAll(/^inotify .*? ino:([0-9a-f]+) /gm)].map(([, ino = ""]) => Number.parseInt(ino, 16));
}

describe.runIf(findRealAgent(agentId) !== null)("the real opencode as a server", () => {
  let model: ModelServer;
  let kit: AgentKit;
  let host: TestHost;

  function answer({ words, step }: ModelRequest): ModelReply {
    const once = (name: string, args: Record<string, unknown>): ModelReply =>
      step === 0 ? { text: ["First. "], toolCalls: [{ name, args }] } : { text: ["It is done."] };
    // Said to the model after the person's words when the mode changes.
    if (words.includes("<system-reminder>")) return { text: ["Noted."] };
    const command = /run `(.+)`/.exec(words)?.[1];
    if (command !== undefined) return once("bash", { command, description: "A command" });
    const file = /edit (\S+)/.exec(words)?.[1];
    if (file !== undefined) return once("edit", { filePath: file, oldString: "old", newString: "new" });
    if (words.includes("delegate"))
      return once("task", { description: "sub", prompt: "please run `echo from-below`", subagent_type: "general" });
    if (words.includes("wonder"))
      return once("question", {
        questions: [{ question: "Which?", header: "Pick", options: ["A", "B"].map((label) => ({ label, description: "" })) }],
      });
    if (words.includes("slow")) return { text: ["begun ", "going ", "on"], delayMs: 400 };
    if (words.includes("hang")) return { text: ["begun "], hang: true };
    if (words.includes("refuse")) return { status: 401 };
    return { reasoning: ["Looking. "], text: ["You ", "said: ", words.slice(-20)] };
  }

  // One home and one server for all, as a start in a new home takes it seconds.
  beforeAll(async () => {
    model = await startModelServer(answer);
    kit = openAgentKit();
    const shell = { env: prepareAgentHome(path.join(kit.dir, "home"), model.url), source: "shell" as const, problem: null };
    kit.deps.shell.get = async () => shell;
    kit.deps.shell.known = () => shell;
    kit.agents.patchConfig({ [agentId]: { protocol: "opencode", env: offlineEnv[agentId](model.url) } });
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
  const inFolder = async (name: string, chatId: string): Promise<{ folder: string; session: AgentSessionHandle }> => {
    const folder = path.join(kit.dir, name);
    mkdirSync(folder, { recursive: true });
    const request = { chatId, agentId, projectId: "p", workingCopyPath: folder, folder: "", host };
    const opened = await kit.agents.backend.open(request, new AbortController().signal);
    if (!opened.ok) throw new Error(opened.error.message);
    return { folder, session: opened.value };
  };
  const toolStates = (): (string | undefined)[] =>
    host.updates.flatMap((update) => (update.type === "tool" && update.tool.status ? [update.tool.status] : []));

  it("takes a turn, and a second one warm, each thing said once", async () => {
    const first = await kit.open(host, agentId, "chat-1");
    expect(await first.prompt(textPrompt("one"))).toMatchObject({
      ok: true,
      value: { reason: "done", usage: { input: 11, output: 5, cost: 0, contextUsed: 16, contextSize: 100_000 } },
    });
    expect(host.text).toBe("You said: one");
    expect(host.updates.flatMap((update) => (update.type === "reasoning" ? [update.text] : [])).join("")).toBe("Looking. ");
    const second = await kit.open(host, agentId, "chat-1");
    expect(second).toMatchObject({ how: "warm", pid: first.pid, agentSessionId: first.agentSessionId });
    host.updates.length = 0;
    await second.prompt(textPrompt("two"));
    expect(host.text).toBe("You said: two");
    expect(kit.agents.get(agentId)).toMatchObject({ status: "ready", version: expect.stringMatching(/^1\./) });
    expect(second.options).toMatchObject({
      models: [{ id: "scripted/scripted-1", name: "scripted/Scripted" }],
      modes: [{ id: "build" }, { id: "plan" }],
      thinkingLevels: [{ id: "low" }, { id: "medium" }, { id: "high" }, { id: "default" }],
      commands: expect.arrayContaining([expect.objectContaining({ name: "init" })]),
    });
  });

  it("edits after a permission that shows the whole change, and leaves the file alone when it is rejected", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    const file = path.join(kit.workingCopy, "greeting.txt");
    writeFileSync(file, "hello old world\n");
    expect(await session.prompt(textPrompt(`please edit ${file}`))).toMatchObject({
      ok: true,
      value: { usage: { input: 22, output: 10 } },
    });
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
    expect(toolStates()).toEqual(["pending", "in_progress", "completed"]);
    expect(host.text).toBe("First. It is done.");
    writeFileSync(file, "hello old world\n");
    host.answer = reject;
    expect(await session.prompt(textPrompt(`please edit ${file}`))).toMatchObject({ ok: true });
    expect(readFileSync(file, "utf8")).toBe("hello old world\n");
  });

  it("runs a command when it may", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    await session.prompt(textPrompt("please run `echo hello-$((1+1)); exit 3`"));
    expect(host.asks.map((ask) => ask.action)).toMatchObject([{ kind: "execute", command: "echo hello-$((1+1)); exit 3" }]);
    const last = host.updates.findLast((update) => update.type === "tool");
    expect(last).toMatchObject({
      tool: { kind: "execute", output: expect.stringContaining("hello-2"), ending: { exitCode: 3 } },
    });
  });

  it("hands on what a sub-agent asks, and a question of its own", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    expect(await session.prompt(textPrompt("please delegate it"))).toMatchObject({ ok: true, value: { reason: "done" } });
    expect(host.asks).toMatchObject([
      { action: { kind: "execute", command: "echo from-below" }, asker: expect.stringContaining("sub") },
    ]);
    const names = host.updates.flatMap((update) => (update.type === "tool" ? [update.tool.id] : []));
    expect(names).toContain(host.asks[0]?.toolCallId);
    expect(host.text).toBe("First. It is done.");
    host.reply = () => ({ kind: "answered", content: { value: "B" } });
    await session.prompt(textPrompt("I wonder"));
    expect(host.questions).toMatchObject([{ message: "Which?", options: [{ value: "A" }, { value: "B" }] }]);
    expect(host.questions[0]).not.toHaveProperty("asker");
    expect(model.requests.at(-1)?.transcript.join("\n")).toContain('"Which?"="B"');
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
    expect(await session.prompt(textPrompt("next"))).toMatchObject({ ok: true, value: { reason: "done" } });
  });

  it("says why the model refused, and goes on after", async () => {
    const session = await kit.open(host, agentId, "chat-3");
    expect(await session.prompt(textPrompt("refuse"))).toMatchObject({
      ok: false,
      error: { type: "failed", message: "scripted 401" },
    });
    expect(await session.prompt(textPrompt("next"))).toMatchObject({ ok: true, value: { reason: "done" } });
  });

  it("keeps two folders apart that work at the same time in one process", async () => {
    const one = await inFolder("one", "chat-1");
    const mine = host;
    host = new TestHost();
    const two = await inFolder("two", "chat-4");
    expect(two.session.pid).toBe(one.session.pid);
    const ended = await Promise.all([
      one.session.prompt(textPrompt("please run `pwd > here.txt; sleep 0.3`")),
      two.session.prompt(textPrompt("please run `pwd > here.txt; sleep 0.3`")),
    ]);
    expect(ended.map(({ ok }) => ok)).toEqual([true, true]);
    for (const { folder } of [one, two]) expect(readFileSync(path.join(folder, "here.txt"), "utf8")).toBe(`${folder}\n`);
    for (const each of [mine, host]) expect(each.text).toBe("First. It is done.");
  });

  it.runIf(process.platform === "linux")("has loaded a folder for prompts once a session is open there", async () => {
    const { folder, session } = await inFolder("three", "chat-4");
    // Only with all that a prompt needs it watches the folder.
    await until(() => watchedBy(session.pid ?? 0).includes(statSync(folder).ino), "the folder to be watched");
  });

  it("takes a model, mode and level for one turn, and refuses what it doesn't offer", async () => {
    const session = await kit.open(host, agentId, "chat-5");
    await session.prompt(textPrompt("one", { modeId: "plan", thinkingLevel: "high" }));
    expect(model.requests.findLast(({ tools }) => tools.length > 0)?.transcript.join("\n")).toMatch(/plan mode/i);
    expect(await session.prompt(textPrompt("two", { modelId: "scripted/none" }))).toMatchObject({
      ok: false,
      error: { type: "model-unavailable" },
    });
    expect(await session.prompt(textPrompt("three"))).toMatchObject({ ok: true });
    expect(kit.agents.agentSessions(["chat-5"])).toMatchObject([{ current: { modeId: "build", thinkingLevel: "default" } }]);
  });

  it("ends with whoever started it, also where that one was killed", async () => {
    const session = await kit.open(host, agentId, "chat-1");
    await session.prompt(textPrompt("one"));
    const parts = readFileSync(`/proc/${session.pid}/environ`, "utf8")
      .split("\0")
      .filter((part) => part.includes("="));
    const env = Object.fromEntries(parts.map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]));
    const command = findRealAgent(agentId) ?? "";
    const orphan = await startChild({ command, args: ["serve", "--hostname", "127.0.0.1", "--port", "0"], cwd: kit.dir, env });
    if (!orphan.ok) throw new Error(orphan.error.message);
    const child = orphan.value;
    const address = new Promise<string>((resolve) => {
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const url = /http:\S+/.exec(text)?.[0];
        if (url) resolve(url);
      });
    });
    const authorization = `Basic ${btoa(`opencode:${env["OPENCODE_SERVER_PASSWORD"]}`)}`;
    await fetch(`${await address}/config?directory=${kit.workingCopy}`, { headers: { authorization } });
    expect(child.isRunning()).toBe(true);
    // As the system does it when the one who started it dies.
    child.stdin.end();
    expect(await child.exited).toMatchObject({ code: 0 });
    await child.stop();
  });

  it("R41 comes back with its memory after its process was killed in a turn, which says so once", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    await session.prompt(textPrompt("the word is heron"));
    const going = session.prompt(textPrompt("hang"));
    await until(() => host.text.includes("begun"));
    process.kill(session.pid ?? 0, "SIGKILL");
    expect(await going).toMatchObject({ ok: false, error: { type: "crashed", message: expect.stringContaining("SIGKILL") } });
    const again = await kit.open(host, agentId, "chat-2");
    expect(again).toMatchObject({ agentSessionId: session.agentSessionId, how: "resumed" });
    await again.prompt(textPrompt("which word"));
    expect(model.requests.findLast((request) => request.tools.length > 0)?.transcript.join("\n")).toContain("heron");
  });
});
