import { existsSync, readFileSync, writeFileSync } from "node:fs";
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
  claude: (file: string, step: number): ModelReply =>
    step === 0
      ? { toolCalls: [{ name: "Read", args: { file_path: file } }] }
      : { toolCalls: [{ name: "Edit", args: { file_path: file, old_string: "old", new_string: "new" } }] },
};
const questions = [
  {
    ...{ question: "Which colour?", header: "Colour", multiSelect: false },
    options: ["Red", "Blue"].map((label) => ({ label, description: `It is ${label}` })),
  },
];
const editSteps = { opencode: 1, qwen: 2, claude: 2 };

/** Looks for the password in its own environment and in that of the opencode above it, and tries it on the latter's server. */
const attack = `
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
const read = (file) => readFileSync("/proc/" + file, "latin1");
let pid = process.ppid;
while (!read(pid + "/comm").includes("opencode")) pid = Number(read(pid + "/stat").split(") ")[1].split(" ")[1]);
const found = ["", process.env.OPENCODE_SERVER_PASSWORD ?? ""];
for (const line of read(pid + "/environ").split("\\0"))
  if (line.startsWith("OPENCODE_SERVER_PASSWORD=")) found.push(line.slice(25));
const sockets = readdirSync("/proc/" + pid + "/fd").map((fd) => {
  try { return readlinkSync("/proc/" + pid + "/fd/" + fd); } catch { return ""; }
});
const rows = read("net/tcp").split("\\n").map((line) => line.trim().split(/ +/));
const own = rows.filter((row) => row[3] === "0A" && sockets.includes("socket:[" + row[9] + "]"));
for (const row of own)
  for (const password of new Set(found)) {
    const authorization = "Basic " + btoa("opencode:" + password);
    const url = "http://127.0.0.1:" + Number.parseInt(row[1].split(":")[1], 16) + "/permission";
    const answer = await fetch(url, { headers: { authorization } });
    console.log("tried '" + password + "': " + answer.status);
  }
`;

const ways = [
  { agentId: "opencode", protocol: "acp" },
  { agentId: "opencode", protocol: "opencode" },
  { agentId: "qwen", protocol: "acp" },
  { agentId: "claude", protocol: "acp" },
  { agentId: "claude", protocol: "claude-sdk" },
] as const;

describe.each(ways)("the real $agentId, spoken with by $protocol", ({ agentId, protocol }) => {
  // claude's adapter shows the piece that changes, and not the file.
  const isPiece = agentId === "claude" && protocol === "acp";
  const run = it.runIf(findRealAgent(agentId) !== null);
  const opencodeOnly = it.runIf(agentId === "opencode" && findRealAgent(agentId) !== null);
  let model: ModelServer;
  let kit: AgentKit;
  let host: TestHost;
  let file: string;

  function answer({ said: words, step }: ModelRequest): ModelReply {
    const command = /run `(.+)`/.exec(words)?.[1];
    if (command !== undefined && agentId === "opencode")
      return step === 0 ? { toolCalls: [{ name: "bash", args: { command, description: "A command" } }] } : { text: ["It ran."] };
    if (words.includes("edit")) return step < editSteps[agentId] ? edits[agentId](file, step) : { text: ["It is changed."] };
    if (words.includes("slow")) return { text: ["begun ", "going ", "on"], delayMs: 400, hang: false };
    if (words.includes("wonder") && step === 0) return { toolCalls: [{ name: "ask_user_question", args: { questions } }] };
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
    kit.agents.patchConfig({ [agentId]: { protocol, env: offlineEnv[agentId](model.url) } });
  });
  beforeAll(() => {
    const telling = (name: string): string[] => ["sh", "-c", `env > '${path.join(kit.dir, name)}'`];
    const config = {
      mcp: { teller: { type: "local", command: telling("mcp.env") } },
      formatter: { teller: { command: telling("formatter.env"), extensions: [".txt"] } },
    };
    writeFileSync(path.join(kit.workingCopy, "opencode.json"), JSON.stringify(config));
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
    const shown = (words: string): string => (isPiece ? words : `hello ${words} world\n`);
    expect(host.asks.map((ask) => ask.action)).toEqual([
      { kind: "edit", paths: [file], diff: [{ path: file, oldText: shown("old"), newText: shown("new") }] },
    ]);
  });

  opencodeOnly("asks before a command in its own default configuration", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    const asked = session.prompt(textPrompt("please run `touch made.txt`"));
    await asked;
    expect(host.asks.map((ask) => ask.action)).toMatchObject([{ kind: "execute", command: "touch made.txt" }]);
  });

  opencodeOnly("S2 S89 nothing that it runs learns the password of its server or can use it", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    writeFileSync(path.join(kit.workingCopy, "attack.mjs"), attack);
    await session.prompt(textPrompt("please run `env; node attack.mjs`"));
    const printed = host.updates.map((update) => (update.type === "tool" ? (update.tool.output ?? "") : "")).join("\n");
    expect(printed).toContain("HOME=");
    expect(printed).toContain("tried '': 401");
    expect(printed).toContain(`tried '${"*".repeat(43)}': 401`);
    expect(printed).not.toContain(": 200");
    expect(printed).not.toMatch(/OPENCODE_SERVER_PASSWORD=[^*\n]/);
  });

  opencodeOnly("S2 S89 starts its MCP servers and formatters without the password of its server", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    await session.prompt(textPrompt("please edit it"));
    const seen = (name: string): string =>
      existsSync(path.join(kit.dir, name)) ? readFileSync(path.join(kit.dir, name), "utf8") : "";
    for (const name of ["mcp.env", "formatter.env"]) {
      const env = await until(() => seen(name).includes("OPENCODE_SERVER_PASSWORD=") && seen(name), name);
      expect(env).toMatch(/^OPENCODE_SERVER_PASSWORD=$/m);
      expect(env).toContain("HOME=");
    }
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

  run("under Plan only is in its own mode for that, and writes nothing", async () => {
    const session = await kit.open(host, agentId, "chat-3");
    host.answer = (ask) => ({
      kind: "selected",
      optionId: ask.options.find((option) => option.effect === "reject" && option.lasts === "once")?.id ?? "",
      allowed: false,
    });
    host.authorizes = () => false;
    expect(await session.prompt(textPrompt("please edit it", { policy: "plan" }))).toMatchObject({ ok: true });
    // Its model tried to.
    const tried = host.updates.flatMap((update) =>
      update.type === "tool" && update.tool.kind === "edit" ? [update.tool.id] : [],
    );
    expect(host.updates).toContainEqual({ type: "tool", tool: expect.objectContaining({ id: tried[0], status: "failed" }) });
    expect(kit.agents.agentSessions(["chat-3"])).toMatchObject([{ current: { modeId: "plan" } }]);
    expect(model.requests.findLast(({ tools }) => tools.length > 0)?.transcript.join("\n")).toMatch(/plan mode/i);
    expect(readFileSync(file, "utf8")).toBe("hello old world\n");
    expect(await session.prompt(textPrompt("and now", { policy: "ask" }))).toMatchObject({ ok: true });
    expect(kit.agents.agentSessions(["chat-3"])[0]?.current?.modeId).not.toBe("plan");
  });

  it.runIf(agentId === "qwen" && findRealAgent(agentId) !== null)("hands on its questions, and the answers to them", async () => {
    const session = await kit.open(host, agentId, "chat-1");
    host.reply = () => ({ kind: "answered", content: { value: "Blue" } });
    expect(await session.prompt(textPrompt("I wonder"))).toMatchObject({ ok: true });
    expect([host.asks, host.questions]).toMatchObject([
      [],
      [{ message: "Which colour?", options: [{ value: "Red" }, { value: "Blue" }] }],
    ]);
    expect(model.requests.findLast(({ tools }) => tools.length > 0)?.transcript.join("\n")).toContain("**Colour**: Blue");
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
