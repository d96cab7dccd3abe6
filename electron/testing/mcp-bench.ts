import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { systemClock, type Clock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { SealedValues } from "../lib/sealed-values.ts";
import type { Vault } from "../lib/vault.ts";
import { RunServers } from "../mcp/bridge/run-servers.ts";
import { checkServer } from "../mcp/check.ts";
import { GivenServers, type GivenFor, type GivenServer } from "../mcp/given-servers.ts";
import { McpService, type McpDeps } from "../mcp/mcp-service.ts";
import { ServerList } from "../mcp/server-list.ts";
import { ServerTools } from "../mcp/server-tools.ts";
import type { SwitchRows } from "../mcp/switches.ts";
import { tempFolder } from "./temp-folder.ts";

export const toolServerMain = path.resolve(import.meta.dirname, "mcp-tool-server.ts");

/** The person's list of MCP servers in a folder of its own, with real processes behind it. */
export type McpBench = ReturnType<typeof openMcpBench>;

type BenchOptions = { clock?: Clock; vault?: Vault | null; dir?: string };

/** `dir`: that of another bench, as after a restart. */
export function openMcpBench({ clock = systemClock, vault = null, dir = tempFolder("mcp") }: BenchOptions = {}) {
  const configDir = path.join(dir, "config");
  const copy = path.join(dir, "copy");
  const apart = path.join(dir, "apart");
  for (const folder of [configDir, copy, apart]) mkdirSync(folder, { recursive: true });
  const shell: Record<string, string> = { PATH: process.env["PATH"] ?? "", HOME: dir };
  const shellEnv = async (): Promise<Record<string, string>> => shell;
  const secrets = new SealedValues({ file: path.join(dir, "secrets.json"), vault, log: silentLog });
  const list = new ServerList({ configDir, dataDir: dir, shellEnv, secrets });
  const processes = new Set<number>();
  const run = new RunServers({
    ...{ clock, log: silentLog, shellEnv, version: "0.0.0", folder: apart },
    processes: { add: ({ pid }) => void processes.add(pid), remove: (pid) => void processes.delete(pid) },
  });
  const tools = new ServerTools(clock, list.approvals);
  const switches = memorySwitches();
  const where = { children: run.children, folder: apart, version: "0.0.0" };
  const check: McpDeps["check"] = (...what) => checkServer(where, ...what);
  /** As where a sandbox is required. */
  const place = { confined: false };
  const given = new GivenServers({
    ...{ list, tools, run, switches, sessionOf: () => "s", check, clock },
    confined: () => place.confined,
  });
  const exists = (_scope: string, id: string): boolean => id === "s" || id === "p";
  const mcp = new McpService({ list, tools, given, switches, exists, check });
  return {
    dir,
    copy,
    /** Where a server begins that is no project's. */
    apart,
    shell,
    run,
    given,
    place,
    mcp,
    secrets,
    /** Pids on record, as a later core would find them. */
    processes,
    write: (servers: Record<string, unknown>) =>
      writeFileSync(path.join(configDir, "mcp.json"), JSON.stringify({ mcpServers: servers }, null, 1)),
    async approve(name: string) {
      const server = (await mcp.list()).servers.find((one) => one.name === name);
      return mcp.approve(name, server?.hash ?? "", server?.told?.toolsHash);
    },
    use: (
      agentId: string,
      workingCopyPath = copy,
      { lack = () => {}, signal = never }: Partial<Pick<GivenFor, "lack" | "signal">> = {},
    ) => given.of({ projectId: "p", chatId: "c", agentId, workingCopyPath, cwd: workingCopyPath, lack, signal }),
  };
}

const never = new AbortController().signal;

function memorySwitches(): SwitchRows {
  let rows: ReturnType<SwitchRows["list"]> = [];
  const others = (row: { scope: string; scopeId: string; server: string }): typeof rows =>
    rows.filter((one) => one.scope !== row.scope || one.scopeId !== row.scopeId || one.server !== row.server);
  return {
    list: () => rows,
    set: (row) => void (rows = [...others(row), row]),
    clear: (row) => void (rows = others(row)),
    removeServer: (server) => void (rows = rows.filter((one) => one.server !== server)),
  };
}

/** How the tool server of the tests is written down. */
export function toolServer(args: readonly string[] = [], more: Record<string, unknown> = {}): Record<string, unknown> {
  return { command: process.execPath, args: [toolServerMain, ...args], ...more };
}

/** As an agent that takes servers over HTTP. */
export async function connectTo(server: GivenServer | undefined): Promise<Client> {
  if (server?.entry.type !== "http") throw new Error("It isn't given over HTTP");
  const client = new Client({ name: "test", version: "1" });
  const { url, headers } = server.entry;
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

/** What a tool answers, as text. */
export async function callTool(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  const [first] = content as { type: string; text?: string }[];
  return first?.text ?? "";
}
