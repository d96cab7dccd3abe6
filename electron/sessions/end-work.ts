import type { AgentBackend } from "../agents/port.ts";
import type { ChatRepository } from "../store/chats.ts";
import type { TerminalsService } from "../terminals/service.ts";

type Deps = {
  chats: Pick<ChatRepository, "listOfSession">;
  terminals: Pick<TerminalsService, "stopSession">;
  agents: Pick<AgentBackend, "closeChat" | "closeWorkingCopy">;
};

/** Ends agents, terminals and whatever else works for a session. */
export async function endWork({ chats, terminals, agents }: Deps, sessionId: string, folder: string | null): Promise<void> {
  await terminals.stopSession(sessionId);
  for (const chat of chats.listOfSession(sessionId)) await agents.closeChat(chat.id);
  if (folder !== null) await agents.closeWorkingCopy(folder);
}
