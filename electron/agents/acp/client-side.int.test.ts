import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openAgentKit, processesWith, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
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

it("S50 paths that lead out are refused for reads and writes, and nothing is made", async () => {
  use({ fake: [] });
  const outside = path.join(kit.dir, "outside.txt");
  const paths = [
    outside,
    `${kit.workingCopy}/../outside.txt`,
    "/etc/passwd",
    "relative.txt",
    `${kit.workingCopy}/a\0b`,
    `${kit.workingCopy}/%2e%2e/x`,
    "C:\\x",
    "\\\\?\\C:\\x",
    `${kit.workingCopy}/.git/config`,
    kit.workingCopy,
  ];
  for (const file of paths) {
    host = new TestHost();
    await kit.turn(host, [
      { call: "fs/write_text_file", params: { path: file, content: "x" } },
      { call: "fs/read_text_file", params: { path: file } },
    ]);
    const answers = host.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers, file).toEqual([{ error: expect.anything() }, { error: expect.anything() }]);
    expect(host.authorized, file).toEqual([]);
  }
  expect(readdirSync(kit.workingCopy)).toEqual([]);
});

it("S51 a sibling with the same beginning is outside", async () => {
  use({ fake: [] });
  await kit.turn(host, [{ call: "fs/write_text_file", params: { path: `${kit.workingCopy}-evil/x`, content: "x" } }]);
  expect(host.text).toContain("isn't inside the working copy");
});

it("S83 what is written is what was approved: other content asks again, and a text that changed meanwhile is refused", async () => {
  use({ fake: [] });
  const file = path.join(kit.workingCopy, "a.txt");
  const diff = { type: "diff", path: file, oldText: null, newText: "A" };
  const approve = {
    toolCall: { toolCallId: "t", kind: "edit", content: [diff] },
    options: [{ optionId: "ok", name: "ok", kind: "allow_once" }],
  };
  host.authorizes = (action) => JSON.stringify(action) === JSON.stringify(host.asks[0]?.action);
  await kit.turn(host, [
    { call: "session/request_permission", params: approve },
    { call: "fs/write_text_file", params: { path: file, content: "B" } },
    { call: "fs/write_text_file", params: { path: file, content: "A" } },
  ]);
  const [, refusedB, writtenA] = host.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(refusedB).toMatchObject({ error: { message: expect.stringContaining("not allowed") } });
  expect(writtenA).toEqual({ result: {} });
  expect(readFileSync(file, "utf8")).toBe("A");
});

it("asks nobody for a write that changes nothing, byte by byte", async () => {
  use({ fake: [] });
  const [same, broken] = ["same.txt", "broken.txt"].map((name) => path.join(kit.workingCopy, name));
  if (!same || !broken) throw new Error("No files");
  writeFileSync(same, "as it is\n");
  writeFileSync(broken, Buffer.from([0x61, 0xff]));
  await kit.turn(host, [
    { call: "fs/write_text_file", params: { path: same, content: "as it is\n" } },
    { call: "fs/write_text_file", params: { path: broken, content: "a\ufffd" } },
  ]);
  expect(host.text.trim().split("\n")).toEqual(['{"result":{}}', '{"result":{}}']);
  expect(host.authorized).toMatchObject([{ paths: [broken] }]);
});

it("S82 an answer that isn't among the options is no permission", async () => {
  use({ fake: [] });
  const options = [
    { optionId: "x", name: "Reject", kind: "allow_always" },
    { optionId: "y", name: "Allow", kind: "reject_once" },
  ];
  const ask = {
    call: "session/request_permission",
    params: { toolCall: { toolCallId: "t", rawInput: { command: "ls" } }, options },
  };
  host.answer = () => ({ kind: "selected", optionId: "made-up", allowed: true });
  await kit.turn(host, [ask]);
  host.answer = () => ({ kind: "selected", optionId: "y", allowed: true });
  await kit.turn(host, [ask]);
  const answers = host.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(answers).toEqual([{ result: { outcome: { outcome: "cancelled" } } }, { result: { outcome: { outcome: "cancelled" } } }]);
});

it("refuses to act for an agent outside a turn", async () => {
  use({ fake: [] });
  const session = await kit.open(host);
  const going = session.prompt(
    textPrompt([
      { call: "fs/write_text_file", params: { path: path.join(kit.workingCopy, "a.txt"), content: "x" } },
      { hang: true },
    ]),
  );
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

it("lets go of a terminal that opens as its turn ends", async () => {
  use({ fake: [] });
  let open: (id: string) => void = () => {};
  const released: string[] = [];
  let opening = false;
  host.terminals = {
    ...host.terminals,
    create() {
      opening = true;
      return new Promise((resolve) => (open = (id) => resolve({ ok: true, value: id })));
    },
    release: async (id) => void released.push(id),
  };
  const session = await kit.open(host);
  const going = session.prompt(textPrompt([{ call: "terminal/create", params: { command: "sleep", args: ["100"] } }]));
  await until(() => opening);
  await session.kill();
  await going;
  open("term-late");
  await until(() => released.includes("term-late"));
});

it("tells with a call that failed how the command in its terminal ended, also when the terminal is gone", async () => {
  use({ fake: [] });
  const open = new Set<string>();
  host.terminals = {
    ...host.terminals,
    async create() {
      open.add("term-1");
      return { ok: true, value: "term-1" };
    },
    output: (id) => (open.has(id) ? { text: "", truncated: false, exit: { code: 3, signal: null } } : null),
    release: async (id) => void open.delete(id),
  };
  const tool = (toolCallId: string, more: object) => ({ update: { sessionUpdate: "tool_call_update", toolCallId, ...more } });
  const shown = { content: [{ type: "terminal", terminalId: "term-1" }] };
  await kit.turn(host, [
    { call: "terminal/create", params: { command: "sh" } },
    tool("at once", shown),
    tool("at once", { status: "failed" }),
    tool("by itself", { ...shown, status: "failed", rawOutput: { exit_code: 4 } }),
    tool("elsewhere", { content: [{ type: "terminal", terminalId: "term-9" }], status: "failed" }),
    tool("done", { ...shown, status: "completed" }),
    tool("later", shown),
    { call: "terminal/release", params: { terminalId: "term-1" } },
    tool("later", { status: "failed" }),
  ]);
  const ends = host.updates.flatMap((update) => (update.type === "tool" && update.tool.status ? [update.tool] : []));
  expect(ends.map(({ id, ending }) => [id, ending?.exitCode])).toEqual([
    ["at once", 3],
    ["by itself", 4],
    ["elsewhere", undefined],
    ["done", undefined],
    ["later", 3],
  ]);
});

it("S89 no switch of ours, secret of another or provider's key reaches an agent; what it needs does", async () => {
  const env = {
    ELECTRON_RUN_AS_NODE: "1",
    NODE_OPTIONS: "--inspect",
    HEARTH_TOKEN: "t",
    ARGV0: "x",
    APPIMAGE: "y",
    ANTHROPIC_API_KEY: "sk-other",
    OPENCODE_SERVER_PASSWORD: "p",
    AWS_SECRET_ACCESS_KEY: "s",
    GITHUB_TOKEN: "g",
    NVM_DIR: "/nvm",
    LC_ALL: "C.UTF-8",
    OWN_KEY: "mine",
  };
  use({}, { env });
  const entry = {
    command: process.execPath,
    args: [path.resolve("electron/testing/fake-agent.ts")],
    env: { WANTED: "${OWN_KEY}" },
  };
  expect(kit.agents.patchConfig({ fake: entry })).toMatchObject({ ok: true });
  await kit.turn(host, [{ env: true }]);
  const seen: Record<string, string> = JSON.parse(host.text);
  for (const name of [
    "ELECTRON_RUN_AS_NODE",
    "NODE_OPTIONS",
    "HEARTH_TOKEN",
    "ARGV0",
    "APPIMAGE",
    "ANTHROPIC_API_KEY",
    "OPENCODE_SERVER_PASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN",
    "OWN_KEY",
  ])
    expect(seen, name).not.toHaveProperty(name);
  expect(seen).toMatchObject({ NVM_DIR: "/nvm", LC_ALL: "C.UTF-8", WANTED: "mine", HOME: path.join(kit.dir, "home") });
  expect(seen["PATH"]?.split(":")).toContain(path.dirname(process.execPath));
});

it("S91 neither prompt nor secret stands in a process's arguments", async () => {
  use({ fake: [] });
  const session = await kit.open(host);
  const going = session.prompt(textPrompt([{ say: "canary-of-the-prompt" }, { hang: true }]));
  await until(() => host.text !== "");
  expect(processesWith("canary-of-the-prompt")).toEqual([]);
  await session.kill();
  await going;
});
