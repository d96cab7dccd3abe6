import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../testing/agent-kit.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { McpService } from "./mcp-service.ts";

let kit: AgentKit;
let service: McpService;
let dir: string;
beforeEach(() => {
  dir = tempFolder("mcp");
  mkdirSync(path.join(dir, "config"));
  service = new McpService({ configDir: path.join(dir, "config"), dataDir: dir });
});
afterEach(() => kit?.dispose());

const tool = { command: "sh", args: ["-c", "serve"], env: { TOKEN: "${MINE}" } };

function write(servers: Record<string, unknown>): void {
  writeFileSync(path.join(dir, "config/mcp.json"), JSON.stringify({ mcpServers: servers }, null, 1));
}

const states = (): unknown[] => service.list().servers.map(({ name, state }) => [name, state]);
const approve = (name: string): unknown =>
  service.approve(name, service.list().servers.find((server) => server.name === name)?.hash ?? "");

it("S20 gives nobody a server that isn't what was approved, whatever of it has changed", async () => {
  write({ tool });
  const { hash } = service.list().servers[0] ?? { hash: "" };
  expect([states(), service.given({})]).toEqual([[["tool", "off"]], []]);
  expect(service.approve("tool", hash)).toMatchObject({ ok: true, value: { servers: [{ state: "on", was: null }] } });
  for (const changed of [
    { ...tool, command: "bash" },
    { ...tool, args: ["-c", "other"] },
    { ...tool, env: { TOKEN: "x" } },
    { type: "http", url: "https://mcp.test" },
  ]) {
    write({ tool: changed });
    expect([states(), service.given({})]).toEqual([[["tool", "changed"]], []]);
    expect(service.list().servers[0]?.was).toBe("sh -c serve");
    expect(service.approve("tool", hash)).toMatchObject({ ok: false, error: { code: "TRUST_CHANGED" } });
  }
  write({ tool: { env: tool.env, args: tool.args, command: tool.command } });
  expect(states()).toEqual([["tool", "on"]]);
  const again = new McpService({ configDir: path.join(dir, "config"), dataDir: dir });
  expect(again.given({ MINE: "secret", PATH: "/bin" })).toMatchObject([
    { entry: { command: "/bin/sh", env: { TOKEN: "secret" } } },
  ]);
  expect(JSON.stringify(again.list())).not.toContain("MINE");
  expect(again.withdraw("tool")).toMatchObject({ ok: true, value: { servers: [{ state: "off" }] } });
  expect(again.withdraw("nothing")).toMatchObject({ ok: false, error: { code: "MCP_SERVER_NOT_FOUND" } });
});

it("names what is wrong in the file by its line, and the rest counts", () => {
  write({ good: { command: "x" }, bad: { args: [] }, worse: { type: "http", url: "file:///etc/passwd" } });
  expect(service.list()).toMatchObject({ servers: [{ name: "good" }], problems: [{ field: "mcpServers.bad", line: 6 }, {}] });
  writeFileSync(path.join(dir, "config/mcp.json"), "{");
  expect(service.list()).toMatchObject({ servers: [], problems: [{ field: "mcp.json" }] });
});

it("gives agents what they take of it, in a trusted project only", async () => {
  write({ tool, far: { type: "http", url: "https://mcp.test", headers: { Authorization: "Bearer ${MINE}" } } });
  approve("tool");
  approve("far");
  let isTrusted = true;
  kit = openAgentKit({
    dir,
    modes: { fake: [] },
    isTrusted: async () => isTrusted,
    mcpServers: async () => service.given({ MINE: "secret", PATH: "/bin" }),
  });
  const seen = async (chatId: string): Promise<unknown> => {
    const host = new TestHost();
    await (await kit.open(host, "fake", chatId)).prompt(textPrompt([{ mcpServers: true }]));
    return JSON.parse(host.text);
  };
  expect(await seen("chat-1")).toEqual([
    { name: "tool", command: "/bin/sh", args: ["-c", "serve"], env: [{ name: "TOKEN", value: "secret" }] },
  ]);
  isTrusted = false;
  expect(await seen("chat-2")).toEqual([]);
});
