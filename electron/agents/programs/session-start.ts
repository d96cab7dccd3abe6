import { fail, ok, type Result } from "../../../shared/result.ts";
import { startFolder } from "../../lib/start-folder.ts";
import type { StoredAgentSession } from "../../store/agent-sessions.ts";
import type { BackendDeps } from "../backend.ts";
import type { AgentFailure, OpenRequest } from "../port.ts";
import type { SessionStart, StoredSession } from "./agent-child.ts";
import { serversOf } from "./session-servers.ts";

export type Place = { cwd: string; row: StoredAgentSession | null; stored: StoredSession | null };

/** Where in the working copy a session begins, and which one the chat had. */
export function placeOf(
  sessions: Pick<BackendDeps["sessions"], "find">,
  { chatId, agentId, workingCopyPath, folder }: Omit<OpenRequest, "host">,
): Result<Place, AgentFailure> {
  const cwd = startFolder(workingCopyPath, folder);
  if (cwd === null)
    return fail({ type: "unavailable", message: `${folder}, where this project begins, isn't in the session's files.` });
  const row = sessions.find(chatId, agentId);
  return ok({ cwd, row, stored: row?.agentSessionId ? { id: row.agentSessionId, used: row.lastActiveAt !== null } : null });
}

/** What a child is started for that has one session from its beginning. */
export async function sessionStart(
  deps: BackendDeps,
  request: OpenRequest & { signal: AbortSignal },
  { cwd, stored }: Place,
): Promise<SessionStart> {
  const { transcripts, isTrusted } = deps;
  const { chatId, agentId, projectId } = request;
  return {
    // What it lacks is told with its session.
    mcpServers: await serversOf(deps, request, cwd, []),
    cwd,
    stored,
    trusted: await isTrusted(projectId),
    transcript: {
      append: (agentSessionId, lines) => transcripts.append({ chatId, agentId, agentSessionId }, lines),
      read: (agentSessionId) => transcripts.read({ chatId, agentId, agentSessionId }),
    },
  };
}
