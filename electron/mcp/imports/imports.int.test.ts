import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { McpFound } from "../../../shared/contract/mcp.ts";
import { openMcpBench, type McpBench } from "../../testing/mcp-bench.ts";
import { Imports } from "./imports.ts";

let bench: McpBench;
let imports: Imports;
let trusted: string | null;
beforeEach(() => {
  bench = openMcpBench();
  trusted = null;
  imports = new Imports({
    ...{ mcp: bench.mcp, home: bench.dir, shellEnv: async () => ({}), trustedFolder: async () => trusted },
    list: { find: (name) => (name === "listed" ? { type: "stdio", command: "x", args: [], env: {}, shared: false } : null) },
  });
});

const put = (file: string, content: string | object): string => {
  const at = path.join(bench.dir, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, typeof content === "string" ? content : JSON.stringify(content));
  return at;
};
const found = async (projectId?: string): Promise<McpFound[]> => (await imports.find(projectId)).found;
const bring = ({ path: from, name, hash }: McpFound, as?: string) => imports.bring({ path: from, name, hash, as });

/** As each of them documents its file. */
const files: Record<string, string | object> = {
  ".claude.json": {
    mcpServers: { a: { type: "stdio", command: "npx", args: ["-y", "a@1.0.0"], env: { A_KEY: "sk-1", LEVEL: "2" } } },
    projects: { "/elsewhere": { mcpServers: { hidden: { command: "x" } } } },
  },
  ".config/opencode/opencode.json": `{
    // its comments
    "mcp": { "b": { "type": "local", "command": ["uvx", "b==1.0"], "environment": { "B_TOKEN": "{env:MINE}" }, "enabled": true },
      "far": { "type": "remote", "url": "https://far.test/mcp", "headers": { "Authorization": "Bearer {env:MINE}" } }, } }`,
  ".codex/config.toml": `
[mcp_servers.c]
command = "c-server"
args = ["--fast"]
env = { "C" = "1" }
[mcp_servers.remote]
url = "https://c.test/mcp"
bearer_token_env_var = "C_TOKEN"
`,
  ".gemini/settings.json": {
    mcpServers: {
      d: { command: "d", env: { D: "$MINE" }, trust: true },
      old: { url: "https://d.test/sse" },
      new: { httpUrl: "https://d.test/mcp" },
    },
  },
  ".cursor/mcp.json": { mcpServers: { e: { url: "https://e.test/mcp", headers: { Authorization: "Bearer ${env:MINE}" } } } },
  ".config/Code/User/mcp.json": `{ "servers": {
    "f": { "type": "http", "url": "https://f.test/mcp" },
    "asks": { "type": "stdio", "command": "f", "env": { "KEY": "\${input:key}" } },
    "there": { "type": "stdio", "command": "\${workspaceFolder}/f" } } }`,
};

it.skipIf(process.platform !== "linux")(
  "finds the servers of other programs in their words, and none of their values",
  async () => {
    for (const [file, content] of Object.entries(files)) put(file, content);
    const listed = await found();
    const rows = listed.map(({ owner, name, type, what, sets, problem }) => [owner, name, type, what, sets.join(), problem]);
    expect(rows).toEqual([
      ["Claude Code", "a", "stdio", "npx -y a@1.0.0", "A_KEY,LEVEL", null],
      ["Codex", "c", "stdio", "c-server --fast", "C", null],
      ["Codex", "remote", "http", "https://c.test/mcp", "Authorization", null],
      ["Gemini CLI", "d", "stdio", "d", "D", null],
      ["Gemini CLI", "old", "sse", "https://d.test/sse", "", null],
      ["Gemini CLI", "new", "http", "https://d.test/mcp", "", null],
      ["OpenCode", "b", "stdio", "uvx b==1.0", "B_TOKEN", null],
      ["OpenCode", "far", "http", "https://far.test/mcp", "Authorization", null],
      ["Cursor", "e", "http", "https://e.test/mcp", "Authorization", null],
      ["VS Code", "f", "http", "https://f.test/mcp", "", null],
      ["VS Code", "asks", "stdio", "", "", expect.stringContaining("${input:key}")],
      ["VS Code", "there", "stdio", "", "", expect.stringContaining("${workspaceFolder}")],
    ]);
    expect(JSON.stringify(listed)).not.toContain("sk-1");
    for (const one of listed.filter(({ problem }) => problem === null)) expect(await bring(one)).toMatchObject({ ok: true });
    const { mcpServers } = JSON.parse(readFileSync(path.join(bench.dir, "config/mcp.json"), "utf8")) as {
      mcpServers: Record<string, { env?: unknown; headers?: unknown }>;
    };
    expect(mcpServers["a"]?.env).toEqual({ A_KEY: "${keyring}", LEVEL: "2" });
    expect(mcpServers["b"]?.env).toEqual({ B_TOKEN: "${MINE}" });
    expect(mcpServers["far"]?.headers).toEqual({ Authorization: "Bearer ${MINE}" });
    expect(mcpServers["remote"]?.headers).toEqual({ Authorization: "Bearer ${C_TOKEN}" });
    expect(mcpServers["d"]?.env).toEqual({ D: "${MINE}" });
    expect(await bench.secrets.of("a")).toEqual({ A_KEY: "sk-1" });
    const states = (await bench.mcp.list()).servers.map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(["off"]));
  },
);

describe("bringing one in", () => {
  it("is of what was shown, under a name that is free, and once", async () => {
    const file = put(".cursor/mcp.json", { mcpServers: { "my server": { command: "x" } } });
    const [shown] = await found();
    if (!shown) throw new Error("It is found");
    expect(await bring(shown)).toMatchObject({ ok: false, error: { code: "INPUT_INVALID", field: "as" } });
    expect(await bring(shown, "mine")).toMatchObject({ ok: true });
    expect(await bring(shown, "mine")).toMatchObject({ ok: false, error: { code: "MCP_SERVER_EXISTS" } });
    writeFileSync(file, JSON.stringify({ mcpServers: { "my server": { command: "y" } } }));
    expect(await bring(shown, "other")).toMatchObject({ ok: false, error: { code: "TRUST_CHANGED" } });
    writeFileSync(file, "{}");
    expect(await bring(shown, "other")).toMatchObject({ ok: false, error: { code: "MCP_SERVER_NOT_FOUND" } });
  });

  it("names a file that can't be read, and takes nothing of an untrusted project", async () => {
    put(".codex/config.toml", "[mcp_servers.c");
    put("copy/.mcp.json", { mcpServers: { listed: { command: "x" } } });
    expect(await imports.find("p")).toMatchObject({ found: [], problems: [{ message: expect.stringContaining("TOML") }] });
    trusted = bench.copy;
    expect(await found("p")).toMatchObject([{ name: "listed", isListed: true }]);
  });
});
