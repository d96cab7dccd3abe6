import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { ManualClock } from "../lib/clock.ts";
import { openAgentKit, practiceMain, TestHost, textPrompt, type AgentKit } from "../testing/agent-kit.ts";
import { until } from "../testing/until.ts";

let kit: AgentKit;
afterEach(() => kit.dispose());

const statusOf = (id: string): string | undefined => kit.agents.get(id)?.status;

it("announces what a handshake finds, and keeps it for the next start, where what failed is asked again", async () => {
  kit = openAgentKit({ modes: { fake: [], sick: ["crash-start"] } });
  const choose = (id: string) => kit.agents.choose(id);
  await Promise.all(["fake", "sick"].map(choose));
  await until(() => statusOf("fake") === "ready" && statusOf("sick") === "error");
  expect(kit.announced).toContainEqual({
    type: "agent",
    agent: expect.objectContaining({ id: "fake", status: "ready", version: "1.2.3" }),
  });
  expect(kit.agents.processes()).toEqual([]);
  const { dir } = kit;
  await kit.scope.dispose();
  kit.store.close();
  writeFileSync(path.join(dir, "config/agents.json"), JSON.stringify({ sick: { command: "/nowhere" } }));
  kit = openAgentKit({ dir, modes: { fake: [], sick: ["crash-start"] } });
  expect([statusOf("fake"), statusOf("sick")]).toEqual(["ready", "error"]);
  const before = kit.agents.get("sick")?.checkedAt;
  await kit.agents.start();
  await until(() => kit.agents.get("sick")?.checkedAt !== before);
  expect(kit.deps.processes.list()).toEqual([]);
});

it("is never kept from a prompt by what an agent said before: the next one tries, and a few minutes later a handshake", async () => {
  const clock = new ManualClock();
  kit = openAgentKit({ clock });
  const own = ownAgent("auth");
  expect(await kit.agents.refresh(["own"])).toMatchObject({ ok: true, value: [{ status: "signed_out" }] });
  expect(kit.agents.get("own")?.reason).toContain("It says: Authentication required");
  own("normal");
  expect(kit.agents.checkUsable("own", { modelId: null, workingCopyKind: "worktree" })).toMatchObject({ ok: true });
  await kit.open(new TestHost(), "own");
  expect(statusOf("own")).toBe("ready");
  own("crash-start");
  expect(await kit.agents.refresh(["own"])).toMatchObject({ ok: true, value: [{ status: "error" }] });
  // The same program, well again: nothing but the time tells that it is worth asking.
  own("normal");
  clock.advance(4 * 60_000);
  await until(() => statusOf("own") === "ready");
});

it("takes only a new session's word for it that nobody is signed in", async () => {
  kit = openAgentKit({ modes: { fake: [], early: ["auth-initialize"] } });
  const session = await kit.open(new TestHost());
  const failed = await session.prompt(textPrompt([{ fail: { code: -32000, message: "The model server says 401" } }]));
  expect(failed).toMatchObject({ ok: false, error: { type: "failed", message: "The model server says 401" } });
  expect(statusOf("fake")).toBe("ready");
  expect(await kit.agents.refresh(["early"])).toMatchObject({
    ok: true,
    value: [{ status: "error", reason: expect.stringContaining("Please sign in first") }],
  });
});

it("starts nobody whom nobody chose when all are to be looked at again", async () => {
  kit = openAgentKit({ modes: { chosen: [], other: [] } });
  await kit.agents.choose("chosen");
  await until(() => statusOf("chosen") === "ready");
  const before = kit.agents.get("chosen")?.checkedAt;
  expect(await kit.agents.refresh()).toMatchObject({ ok: true });
  expect(kit.agents.get("chosen")?.checkedAt).not.toBe(before);
  expect(kit.agents.get("other")).toMatchObject({ status: "loading", found: "yes", checkedAt: null });
});

it("asks one agent after the other", async () => {
  const modes = Object.fromEntries(["a", "b", "c"].map((id) => [id, []]));
  kit = openAgentKit({ modes });
  const asking: number[] = [];
  kit.agents.list();
  const { announced } = kit;
  await kit.agents.refresh(["a", "b", "c"]);
  const now = new Set<string>();
  for (const update of announced) {
    if (update.type !== "agent") continue;
    if (update.agent.askingSince === null) now.delete(update.agent.id);
    else now.add(update.agent.id);
    asking.push(now.size);
  }
  expect(Math.max(...asking)).toBe(1);
});

/** Adds `own`, a program whose way is changed by the function returned. */
function ownAgent(first: string): (mode: string) => void {
  const program = path.join(kit.dir, "bin", "own-agent");
  mkdirSync(path.dirname(program));
  const install = (mode: string): void => {
    writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${path.resolve("electron/testing/fake-agent.ts")} ${mode}\n`);
    chmodSync(program, 0o755);
  };
  install(first);
  kit.agents.patchConfig({ own: { command: program } });
  return install;
}

it("asks again when it is chosen: after a day, and after a change of the program", async () => {
  const clock = new ManualClock();
  kit = openAgentKit({ clock });
  const install = ownAgent("silent-no-more");
  await kit.agents.choose("own");
  await until(() => statusOf("own") === "ready");
  const checked = kit.agents.get("own")?.checkedAt;
  clock.advance(25 * 60 * 60_000);
  kit.agents.list();
  expect(kit.agents.get("own")?.checkedAt).toBe(checked);
  await kit.agents.choose("own");
  await until(() => kit.agents.get("own")?.checkedAt !== checked);
  install("auth");
  clock.advance(10_000);
  expect(kit.agents.list().find((agent) => agent.id === "own")?.status).toBe("loading");
  await kit.agents.choose("own");
  await until(() => statusOf("own") === "signed_out");
  expect(await kit.tryOpen(new TestHost(), "own")).toMatchObject({ ok: false, error: { type: "signed-out" } });
  install("");
  expect(await kit.agents.refresh(["own"])).toMatchObject({ ok: true, value: [{ status: "ready" }] });
  expect(await kit.agents.refresh(["nobody"])).toMatchObject({ ok: false, error: { code: "AGENT_NOT_FOUND" } });
});

it("says of an agent why it can't be used: unknown, disabled, not valid, another model", async () => {
  kit = openAgentKit({ modes: { fake: [] } });
  const check = (id: string, modelId: string | null = null) =>
    kit.agents.checkUsable(id, { modelId, workingCopyKind: "worktree" });
  expect(check("nobody")).toMatchObject({
    ok: false,
    error: { code: "CODING_AGENT_ENGINE_UNAVAILABLE", message: "There is no agent nobody" },
  });
  const noSuchModel = { ok: false, error: { code: "CODING_AGENT_MODEL_UNAVAILABLE", field: "modelId" } };
  expect(check("practice", "huge")).toMatchObject(noSuchModel);
  await (await kit.open(new TestHost(), "practice")).prompt(textPrompt("say x"));
  expect(check("practice", "swift")).toEqual({ ok: true, value: null });
  expect(check("practice", "huge")).toMatchObject(noSuchModel);
  const told = kit.agents.list().find((agent) => agent.id === "practice")?.options.models;
  expect(told?.map((model) => model.id)).toEqual(["steady", "swift"]);
  kit.agents.patchConfig({ silent: { command: process.execPath } });
  expect(check("silent", "anything")).toEqual({ ok: true, value: null });
  kit.agents.patchConfig({ practice: { enabled: false } });
  expect(check("practice")).toMatchObject({ ok: false, error: { message: expect.stringContaining("disabled") } });
});

it("tells in its diagnostic what is known, and no secret", async () => {
  kit = openAgentKit({ modes: { fake: [] }, env: { HTTP_PROXY: "http://me:hunter2@proxy.test:1" } });
  kit.agents.patchConfig({
    fake: {
      command: process.execPath,
      args: [path.resolve("electron/testing/fake-agent.ts")],
      env: { MY_API_KEY: "sk-very-secret-value" },
    },
  });
  await kit.turn(new TestHost(), [{ exit: 5 }]);
  const diagnostic = kit.agents.diagnostic("fake");
  const text = diagnostic.ok ? diagnostic.value.text : "";
  for (const part of [
    "status: ready",
    "found by absolute path",
    "version: 1.2.3",
    "loadSession",
    "MY_API_KEY=(hidden",
    "code 5",
    "HTTP_PROXY=http://…@proxy.test:1",
  ])
    expect(text).toContain(part);
  expect(text).not.toMatch(/very-secret|hunter2/);
  expect(kit.agents.diagnostic("nobody")).toMatchObject({ ok: false, error: { code: "AGENT_NOT_FOUND" } });
});

it("lists the processes with their chats, and what each agent remembers of a chat", async () => {
  kit = openAgentKit();
  const host = new TestHost();
  await (await kit.open(host, "practice", "chat-1")).prompt(textPrompt("say x"));
  await kit.open(host, "practice", "chat-2");
  kit.agents.addUsage("chat-1", "practice", { input: 5, cached: null, output: 1, reasoning: null });
  kit.agents.addUsage("chat-1", "practice", { input: 2, cached: 1, output: 1, reasoning: null, contextUsed: 9, contextSize: 10 });
  const [shown] = kit.agents.processes();
  expect(shown).toMatchObject({
    kind: "agent",
    label: "Practice",
    chatIds: ["chat-1", "chat-2"],
    memoryBytes: expect.any(Number),
  });
  expect(kit.agents.agentSessions(["chat-1", "chat-2", "chat-3"])).toMatchObject([
    {
      chatId: "chat-1",
      agent: "practice",
      status: "ready",
      hasSession: true,
      outlook: "warm",
      usage: { input: 7, cached: 1, output: 2, contextUsed: 9 },
    },
    { chatId: "chat-2", lastActiveAt: null, usage: null },
  ]);
});

it("R25 agents end by themselves when the core is killed, since their input does", async () => {
  kit = openAgentKit();
  const child = spawn(process.execPath, [practiceMain, "--state", kit.dir], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  await new Promise((resolve) => child.once("spawn", resolve));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.stdin.destroy();
  expect(await exited).toBe(0);
});

it("gives each opencode a new password, by environment and not by argument, and hears it from none", async () => {
  kit = openAgentKit();
  const program = path.join(kit.dir, "opencode");
  const file = path.join(kit.dir, "passwords");
  const note = `printenv OPENCODE_SERVER_PASSWORD >> ${file}`;
  writeFileSync(program, `#!/bin/sh\n${note}\nexec ${process.execPath} ${path.resolve("electron/testing/fake-agent.ts")} "$@"\n`);
  chmodSync(program, 0o755);
  kit.agents.patchConfig({ opencode: { command: program } });
  for (let start = 0; start < 2; start += 1) {
    const host = new TestHost();
    const session = await kit.open(host, "opencode");
    await session.prompt(textPrompt([{ env: true }]));
    expect(JSON.parse(host.text)["OPENCODE_SERVER_PASSWORD"]).toBe("[secret]");
    await session.kill();
  }
  const passwords = readFileSync(file, "utf8").trim().split("\n");
  expect(passwords).toEqual(passwords.map(() => expect.stringMatching(/^[\w-]{43}$/)));
  expect(passwords.length).toBeGreaterThan(1);
  expect(new Set(passwords).size).toBe(passwords.length);
});

it("leaves no process of an agent that is disabled or removed, but for the turn that goes on", async () => {
  kit = openAgentKit({ modes: { fake: [], other: [] } });
  const file = kit.agents.config().path;
  const entries = JSON.parse(readFileSync(file, "utf8"));
  const pids = (id: string): number[] => kit.agents.processes().flatMap(({ agentId, pid }) => (agentId === id ? [pid] : []));
  await (await kit.open(new TestHost(), "fake", "chat-1")).prompt(textPrompt("x"));
  const busy = await kit.open(new TestHost(), "fake", "chat-2");
  const turn = busy.prompt(textPrompt([{ untilCancelled: true }]));
  await (await kit.open(new TestHost(), "other", "chat-3")).prompt(textPrompt("x"));
  expect([pids("fake").length, pids("other").length]).toEqual([2, 1]);
  kit.agents.patchConfig({ fake: { ...entries.fake, enabled: false } });
  await until(() => pids("fake").length === 1);
  await busy.cancel();
  expect(await turn).toMatchObject({ ok: true });
  await until(() => pids("fake").length === 0);
  writeFileSync(file, "{}");
  kit.agents.reloadConfig();
  await until(() => kit.deps.processes.list().length === 0);
});

it("takes up an edit of agents.json: named by line, half written it takes nothing away, and old children serve nobody new", async () => {
  let problemsChanged = 0;
  kit = openAgentKit({ modes: { fake: [] }, onProblems: () => (problemsChanged += 1) });
  const file = kit.agents.config().path;
  const entry = JSON.parse(readFileSync(file, "utf8"))["fake"];
  await kit.open(new TestHost(), "fake", "chat-1");
  writeFileSync(file, '{\n  "fake": {');
  kit.agents.reloadConfig();
  expect(kit.agents.config().problems).toMatchObject([{ entry: "agents.json", line: 2 }]);
  expect(kit.agents.get("fake")).not.toBeNull();
  writeFileSync(file, JSON.stringify({ fake: { ...entry, label: "New", env: { A: "1" } }, odd: { command: 7 } }, null, 1));
  kit.agents.reloadConfig();
  const line =
    readFileSync(file, "utf8")
      .split("\n")
      .findIndex((text) => text.includes('"command": 7')) + 1;
  expect(kit.agents.config().problems).toMatchObject([{ entry: "odd", line }]);
  expect([kit.agents.get("fake")?.label, problemsChanged]).toEqual(["New", 2]);
  const host = new TestHost();
  const session = await kit.open(host, "fake", "chat-2");
  await session.prompt(textPrompt([{ env: true }]));
  expect(JSON.parse(host.text)).toMatchObject({ A: "1" });
  expect(new Set(kit.agents.processes().flatMap(({ chatIds, pid }) => (chatIds.length > 0 ? [pid] : []))).size).toBe(2);
  const before = kit.announced.length;
  kit.agents.reloadConfig();
  expect(kit.announced.length).toBe(before);
});
