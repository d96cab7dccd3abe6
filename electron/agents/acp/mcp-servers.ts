import type * as acp from "@agentclientprotocol/sdk/unstable";
import type { GivenServer } from "../../mcp/mcp-service.ts";

/** In the protocol's words; those over HTTP only for an agent that takes them. */
export function forAcp(servers: readonly GivenServer[], takes: { http: boolean; sse: boolean }): acp.McpServer[] {
  return servers.flatMap(({ name, entry }): acp.McpServer[] => {
    if (entry.type === "stdio") return [{ name, command: entry.command, args: entry.args, env: pairs(entry.env) }];
    const there = { name, url: entry.url, headers: pairs(entry.headers) };
    if (!takes[entry.type]) return [];
    return [entry.type === "http" ? { type: "http", ...there } : { type: "sse", ...there }];
  });
}

function pairs(values: Record<string, string>): acp.EnvVariable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
