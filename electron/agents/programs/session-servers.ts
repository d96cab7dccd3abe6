import type { GivenServer } from "../../mcp/given-servers.ts";
import type { BackendDeps } from "../backend.ts";
import type { OpenRequest } from "../port.ts";

/** The MCP servers of a session; those that it doesn't get are told of in `lacking`. Where nothing of a project may run, nothing of the person's runs beside its agents. */
export async function serversOf(
  { isTrusted, mcpServers }: Pick<BackendDeps, "isTrusted" | "mcpServers">,
  { projectId, chatId, agentId, workingCopyPath, mcpServers: asked = [], signal }: OpenRequest & { signal: AbortSignal },
  cwd: string,
  lacking: string[],
): Promise<GivenServer[]> {
  const lack = (message: string): void => void lacking.push(message);
  const persons = (await isTrusted(projectId))
    ? await mcpServers.of({ projectId, chatId, agentId, workingCopyPath, cwd, lack, signal })
    : [];
  const more = asked.map(({ name, command, args, env }): GivenServer => {
    const program = { type: "stdio" as const, command, args: [...args], env: { ...env }, shared: false };
    return { name, entry: program, program: async () => program };
  });
  return [...persons, ...more];
}

type Opened = Pick<OpenRequest, "agentId" | "workingCopyPath">;

/** Where the agent has no other session in the working copy any more, nor opens one, its servers there aren't needed. */
export function releaseServers(
  { mcpServers }: Pick<BackendDeps, "mcpServers">,
  open: Iterable<Opened>,
  { agentId, workingCopyPath }: Opened,
): void {
  const others = [...open].some((one) => one.agentId === agentId && one.workingCopyPath === workingCopyPath);
  if (!others) mcpServers.unused({ agentId, workingCopyPath });
}
