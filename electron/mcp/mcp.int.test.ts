import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { McpEntry } from "../../shared/mcp-entry.ts";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../testing/agent-kit.ts";
import { openMcpBench, toolServerMain, type McpBench } from "../testing/mcp-bench.ts";

let kit: AgentKit;
let bench: McpBench;
beforeEach(() => {
  bench = openMcpBench();
  Object.assign(bench.shell, { MINE: "secret", PATH: "/bin" });
});
afterEach(async () => {
  await kit?.dispose();
  await bench.run.dispose();
});

const tool = { command: process.execPath, args: [toolServerMain], env: { TOKEN: "${MINE}" } };
const file = (): string => path.join(bench.dir, "config/mcp.json");
/** What an agent gets that starts its servers itself. */
const given = async (): Promise<(McpEntry | null)[]> => Promise.all((await bench.use("agent")).map(({ program }) => program()));
const states = async (): Promise<unknown> => (await bench.mcp.list()).servers.map(({ name, state }) => [name, state]);

it("S20 gives nobody a server that isn't what was approved, whatever of it has changed", async () => {
  bench.write({ tool });
  const { hash } = (await bench.mcp.list()).servers[0] ?? { hash: "" };
  expect([await states(), await given()]).toEqual([[["tool", "off"]], []]);
  expect(await bench.mcp.approve("tool", hash)).toMatchObject({ ok: true, value: { servers: [{ state: "on", was: null }] } });
  for (const changed of [
    { ...tool, command: "cat" },
    { ...tool, args: [toolServerMain, "--other"] },
    { ...tool, env: { TOKEN: "x" } },
    { type: "http", url: "https://mcp.test" },
  ]) {
    bench.write({ tool: changed });
    expect([await states(), await given()]).toEqual([[["tool", "changed"]], []]);
    expect((await bench.mcp.list()).servers[0]?.was).toBe(`${process.execPath} ${toolServerMain}`);
    expect(await bench.mcp.approve("tool", hash)).toMatchObject({ ok: false, error: { code: "TRUST_CHANGED" } });
  }
  bench.write({ tool: { env: tool.env, args: tool.args, command: tool.command } });
  expect(await states()).toEqual([["tool", "on"]]);
  expect(await given()).toMatchObject([{ command: process.execPath, env: { TOKEN: "secret" } }]);
  expect(JSON.stringify(await bench.mcp.list())).not.toContain("MINE");
  expect(await bench.mcp.withdraw("tool")).toMatchObject({ ok: true, value: { servers: [{ state: "off" }] } });
  expect(await bench.mcp.withdraw("nothing")).toMatchObject({ ok: false, error: { code: "MCP_SERVER_NOT_FOUND" } });
});

it("gives nobody a server whose values are nowhere, and names them", async () => {
  bench.write({ tool });
  await bench.approve("tool");
  delete bench.shell["MINE"];
  expect((await bench.mcp.list()).servers).toMatchObject([{ state: "on", missing: ["MINE"] }]);
  expect(await given()).toEqual([]);
  const lacks: string[] = [];
  await bench.use("agent", bench.copy, { lack: (message) => void lacks.push(message) });
  expect(lacks).toEqual(["The MCP server tool isn't given to this agent: there is no value for MINE."]);
});

it.each([
  [{ command: "node", args: ["server.js"] }, "server.js"],
  [{ command: "./serve" }, "./serve"],
  [{ command: "nothing-of-this-name" }, "isn't on the PATH"],
])("S20 gives nobody what is another file in each project, though it was approved: %j", async (entry, why) => {
  bench.write({ tool: entry });
  await bench.approve("tool");
  expect(await bench.use("agent")).toEqual([]);
  const checked = await bench.mcp.check("tool", new AbortController().signal);
  expect(checked).toMatchObject({
    ok: true,
    value: { servers: [{ refused: expect.stringContaining(why), told: { problem: expect.stringContaining(why) } }] },
  });
  expect(bench.processes.size).toBe(0);
});

it("names what is wrong in the file by its line, and the rest counts", async () => {
  bench.write({ good: { command: "x" }, bad: { args: [] }, worse: { type: "http", url: "file:///etc/passwd" } });
  expect(await bench.mcp.list()).toMatchObject({
    servers: [{ name: "good" }],
    problems: [{ field: "mcpServers.bad", line: 6 }, {}],
  });
  writeFileSync(file(), "{");
  expect(await bench.mcp.list()).toMatchObject({ servers: [], problems: [{ field: "mcp.json" }] });
});

describe("what a person adds, changes and removes", () => {
  const written = (): unknown => JSON.parse(readFileSync(file(), "utf8"));
  const wanted = {
    type: "stdio" as const,
    command: process.execPath,
    args: [toolServerMain],
    shared: false,
    env: { TOKEN: { secret: "sk-1" }, LEVEL: "2" },
  };

  it("is in the file, off, and its secrets are in no file", async () => {
    expect(await bench.mcp.save("mine", wanted, false)).toMatchObject({
      ok: true,
      value: { servers: [{ state: "off", sets: ["TOKEN", "LEVEL"], secrets: [{ name: "TOKEN", state: "this-run" }] }] },
    });
    expect(written()).toEqual({
      mcpServers: { mine: { ...wanted, env: { TOKEN: "${keyring}", LEVEL: "2" } } },
    });
    await bench.approve("mine");
    expect(await given()).toMatchObject([{ env: { TOKEN: "sk-1", LEVEL: "2" } }]);
    expect(readFileSync(path.join(bench.dir, "secrets.json"), "utf8")).not.toContain("sk-1");
    expect(JSON.stringify(await bench.mcp.list())).not.toContain("sk-1");
  });

  it("S20 is asked about again when it was changed, with the values that it keeps", async () => {
    await bench.mcp.save("mine", wanted, false);
    await bench.approve("mine");
    const changed = { ...wanted, args: [toolServerMain, "--other"], env: { TOKEN: null, LEVEL: null } };
    expect(await bench.mcp.save("mine", changed, true)).toMatchObject({ ok: true, value: { servers: [{ state: "changed" }] } });
    expect(await given()).toEqual([]);
    await bench.approve("mine");
    expect(await given()).toMatchObject([{ args: [toolServerMain, "--other"], env: { TOKEN: "sk-1", LEVEL: "2" } }]);
    await bench.mcp.save("mine", { ...wanted, env: {} }, true);
    await bench.mcp.save("mine", { ...wanted, env: { TOKEN: "${keyring}" } }, true);
    expect((await bench.mcp.list()).servers).toMatchObject([{ missing: ["TOKEN"] }]);
  });

  it("leaves the rest of the file as it is, and nothing of what was removed", async () => {
    bench.write({ other: { command: "x" }, half: { args: [] } });
    await bench.mcp.save("mine", wanted, false);
    await bench.approve("mine");
    expect(await bench.mcp.remove("mine")).toMatchObject({ ok: true, value: { servers: [{ name: "other" }] } });
    expect(written()).toEqual({ mcpServers: { other: { command: "x" }, half: { args: [] } } });
    await bench.mcp.save("mine", { ...wanted, env: { TOKEN: "${keyring}" } }, false);
    expect((await bench.mcp.list()).servers).toMatchObject([{}, { state: "off", missing: ["TOKEN"] }]);
  });

  it("refuses a name that is taken or nobody's, and a file that it can't keep", async () => {
    bench.write({ mine: { command: "x" } });
    expect(await bench.mcp.save("mine", wanted, false)).toMatchObject({ ok: false, error: { code: "MCP_SERVER_EXISTS" } });
    expect(await bench.mcp.save("other", wanted, true)).toMatchObject({ ok: false, error: { code: "MCP_SERVER_NOT_FOUND" } });
    expect(await bench.mcp.remove("other")).toMatchObject({ ok: false, error: { code: "MCP_SERVER_NOT_FOUND" } });
    writeFileSync(file(), "{");
    expect(await bench.mcp.save("mine", wanted, false)).toMatchObject({ ok: false, error: { code: "MCP_FILE_INVALID" } });
    expect(readFileSync(file(), "utf8")).toBe("{");
  });
});

it("gives a server where it is on: a session before its project, and that before all", async () => {
  bench.write({ tool });
  await bench.approve("tool");
  const names = async (): Promise<string[]> => (await bench.use("agent")).map(({ name }) => name);
  expect(await bench.mcp.switch("tool", "project", "p", false)).toMatchObject({
    ok: true,
    value: { servers: [{ switches: [{ scope: "project", id: "p", on: false }] }] },
  });
  expect(await names()).toEqual([]);
  await bench.mcp.switch("tool", "session", "s", true);
  expect(await names()).toEqual(["tool"]);
  await bench.mcp.switch("tool", "session", "s", null);
  await bench.mcp.switch("tool", "project", "p", null);
  await bench.mcp.switch("tool", "all", "", false);
  expect(await names()).toEqual([]);
  await bench.mcp.switch("tool", "project", "p", true);
  expect(await names()).toEqual(["tool"]);
  for (const [scope, code] of [
    ["project", "PROJECT_NOT_FOUND"],
    ["session", "SESSION_NOT_FOUND"],
  ] as const)
    expect(await bench.mcp.switch("tool", scope, "other", true)).toMatchObject({ ok: false, error: { code, field: "id" } });
  await bench.mcp.remove("tool");
  bench.write({ tool });
  expect((await bench.mcp.list()).servers[0]?.switches).toEqual([]);
});

it("gives agents what they take of it, in a trusted project only", async () => {
  bench.write({ tool, far: { type: "http", url: "https://mcp.test", headers: { Authorization: "Bearer ${MINE}" } } });
  await bench.approve("tool");
  await bench.approve("far");
  let isTrusted = true;
  const notices: string[] = [];
  kit = openAgentKit({ dir: bench.dir, modes: { fake: [] }, isTrusted: async () => isTrusted, mcpServers: bench.given });
  const seen = async (chatId: string): Promise<unknown> => {
    const host = new TestHost();
    await (await kit.open(host, "fake", chatId)).prompt(textPrompt([{ mcpServers: true }]));
    notices.push(...host.updates.flatMap((update) => (update.type === "notice" ? [update.message] : [])));
    return JSON.parse(host.text);
  };
  expect(await seen("chat-1")).toEqual([
    { name: "tool", command: process.execPath, args: [toolServerMain], env: [{ name: "TOKEN", value: "secret" }] },
  ]);
  // What the agent doesn't take the person is told of, by its name.
  expect(notices).toEqual([expect.stringMatching(/^The MCP server far isn't given to this agent: it is reached at an address/)]);
  isTrusted = false;
  expect(await seen("chat-2")).toEqual([]);
  expect(notices).toHaveLength(1);
});

it("gives an agent what was switched in the middle of a chat with the next prompt, where it keeps its memory", async () => {
  kit = openAgentKit({ dir: bench.dir, modes: { fake: [], forgetful: ["forgetful"] }, mcpServers: bench.given });
  const seen = async (agentId: string): Promise<{ names: string[]; how: string; notices: string[] }> => {
    const host = new TestHost();
    const handle = await kit.open(host, agentId, agentId === "fake" ? "chat-1" : "chat-2");
    await handle.prompt(textPrompt([{ mcpServers: true }]));
    const notices = host.updates.flatMap((update) => (update.type === "notice" ? [update.message] : []));
    const names = (JSON.parse(host.text) as { name: string }[]).map(({ name }) => name);
    return { names, how: handle.how, notices };
  };
  expect([await seen("fake"), await seen("forgetful")]).toMatchObject([{ names: [] }, { names: [] }]);
  bench.write({ tool });
  await bench.approve("tool");
  expect(await seen("fake")).toEqual({ names: ["tool"], how: "resumed", notices: [] });
  expect(await seen("fake")).toMatchObject({ names: ["tool"], how: "warm" });
  const later = [expect.stringContaining("so it gets them in a new one")];
  expect(await seen("forgetful")).toEqual({ names: [], how: "warm", notices: later });
  expect(await seen("forgetful")).toEqual({ names: [], how: "warm", notices: [] });
  await bench.mcp.withdraw("tool");
  expect(await seen("fake")).toMatchObject({ names: [], how: "resumed" });
});

it("gives no program to anybody where a sandbox is required, and says so", async () => {
  bench.write({ tool, far: { type: "http", url: "https://mcp.test" } });
  await bench.approve("tool");
  await bench.approve("far");
  bench.place.confined = true;
  const lacks: string[] = [];
  const got = await bench.use("agent", bench.copy, { lack: (message) => void lacks.push(message) });
  expect(got.map(({ name }) => name)).toEqual(["far"]);
  expect(lacks).toEqual([expect.stringContaining("tool isn't given to this agent: it is a program, which would run outside")]);
});
