import type { GivenServer } from "../../mcp/mcp-service.ts";
import type { BackendDeps } from "../backend.ts";
import type { OpenRequest } from "../port.ts";

/** The MCP servers of a session. Where nothing of a project may run, nothing of the person's runs beside its agents. */
export async function serversOf(
  { isTrusted, mcpServers }: Pick<BackendDeps, "isTrusted" | "mcpServers">,
  { projectId, mcpServers: asked = [] }: OpenRequest,
): Promise<GivenServer[]> {
  const persons = (await isTrusted(projectId)) ? await mcpServers() : [];
  const more = asked.map(({ name, command, args, env }): GivenServer => ({
    name,
    entry: { type: "stdio", command, args: [...args], env: { ...env } },
  }));
  return [...persons, ...more];
}
