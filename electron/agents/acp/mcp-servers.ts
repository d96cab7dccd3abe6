import type * as acp from "@agentclientprotocol/sdk/unstable";
import type { GivenServer } from "../../mcp/given-servers.ts";

/** In the protocol's words; those over HTTP only for an agent that takes them, else as programs where they are any. */
export async function forAcp(servers: readonly GivenServer[], takes: { http: boolean; sse: boolean }): Promise<acp.McpServer[]> {
  const listed = servers.map(async ({ name, entry, program }): Promise<acp.McpServer[]> => {
    const given = entry.type !== "stdio" && takes[entry.type] ? entry : await program();
    if (!given) return [];
    if (given.type === "stdio") return [{ name, command: given.command, args: given.args, env: pairs(given.env) }];
    const there = { name, url: given.url, headers: pairs(given.headers) };
    return [given.type === "http" ? { type: "http", ...there } : { type: "sse", ...there }];
  });
  return (await Promise.all(listed)).flat();
}

function pairs(values: Record<string, string>): acp.EnvVariable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
