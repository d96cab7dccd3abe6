import { mkdirSync } from "node:fs";
import path from "node:path";
import { checkServer } from "../mcp/check.ts";
import { RunServers } from "../mcp/bridge/run-servers.ts";
import { GivenServers } from "../mcp/given-servers.ts";
import { Imports } from "../mcp/imports/imports.ts";
import { McpService, type McpDeps } from "../mcp/mcp-service.ts";
import { mcpFile, ServerList } from "../mcp/server-list.ts";
import { ServerTools } from "../mcp/server-tools.ts";
import { SealedValues } from "../lib/sealed-values.ts";
import { McpSwitchRepository } from "../store/mcp-switches.ts";
import type { ProcessRepository } from "../store/processes.ts";
import type { Foundation } from "./foundation.ts";
import type { Workspace } from "./workspace.ts";

/** The MCP servers that agents get: the person's list, and those of them that Hearth runs. */
export function composeMcp(base: Foundation, { homeDir, projects, sessions, chats }: Workspace, processes: ProcessRepository) {
  const { options, store, clock, log, scope, shell, configFolder, settings } = base;
  const { configDir, dataDir, version } = options;
  const shellEnv = async (): Promise<Record<string, string>> => (await shell.get()).env;
  const secrets = new SealedValues({ file: path.join(dataDir, "mcp-secrets.json"), vault: options.vault ?? null, log });
  // Nobody waits for it here: a keyring may ask the person first.
  secrets.load().catch((error: unknown) => log.error("mcp.secrets", error));
  const list = new ServerList({ configDir, dataDir, shellEnv, secrets });
  const folder = path.join(dataDir, "mcp");
  mkdirSync(folder, { recursive: true });
  const run = new RunServers({ clock, log, processes, shellEnv, version, folder });
  const tools = new ServerTools(clock, list.approvals);
  const switches = new McpSwitchRepository(store);
  const sessionOf = (chatId: string): string | null => chats.find(chatId)?.sessionId ?? null;
  const where = { children: run.children, folder, version };
  const check: McpDeps["check"] = (...what) => checkServer(where, ...what);
  const given = new GivenServers({
    ...{ list, tools, run, switches, sessionOf, check, clock },
    confined: () => settings.value().sandbox === "required",
  });
  const exists = (scope: "project" | "session", id: string): boolean =>
    scope === "project" ? projects.find(id) !== null : sessions.exists(id);
  const mcp = new McpService({ list, tools, given, switches, exists, check });
  const trustedFolder = async (projectId: string): Promise<string | null> =>
    (await projects.isTrusted(projectId)) ? (projects.find(projectId)?.path ?? null) : null;
  const mcpImports = new Imports({ list, mcp, home: homeDir, shellEnv, trustedFolder });
  configFolder.on(mcpFile, () => void given.settle().catch((error: unknown) => log.error("mcp.settle", error)));
  scope.add(() => run.dispose());
  return { mcp, mcpImports, given, servers: run.children };
}
