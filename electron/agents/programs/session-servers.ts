import type { GivenServer } from "../../mcp/given-servers.ts";
import type { BackendDeps } from "../backend.ts";
import type { OpenRequest } from "../port.ts";
import type { LiveSession } from "./handle.ts";

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

/** Names the servers that a session would get of the person's list, as they are by now. */
export async function serversMark(
  { isTrusted, mcpServers }: Pick<BackendDeps, "isTrusted" | "mcpServers">,
  place: Pick<OpenRequest, "projectId" | "chatId">,
): Promise<string> {
  const mark = mcpServers.mark(place);
  return mark !== "" && (await isTrusted(place.projectId)) ? mark : "";
}

const serversLater =
  "The MCP servers were changed. This agent can't be opened anew without losing its memory of this chat, so it gets them in a new one.";

/**
 * Whether an open session has the servers that are on by now. Where it can't be opened anew with its memory, it counts as
 * having them, and the person is told once.
 */
export async function hasItsServers(
  deps: Pick<BackendDeps, "isTrusted" | "mcpServers" | "sessions">,
  open: Pick<LiveSession, "servers" | "untold">,
  { chatId, agentId, projectId, host }: OpenRequest,
): Promise<boolean> {
  const servers = await serversMark(deps, { chatId, projectId });
  if (servers === open.servers) return true;
  const stored = deps.sessions.find(chatId, agentId);
  if (open.untold === "new" || stored?.canResume || stored?.canLoad) return false;
  open.servers = servers;
  host.onUpdate({ type: "notice", kind: "warning", message: serversLater });
  return true;
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
