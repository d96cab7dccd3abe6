import { useEffect, useState } from "react";
import type { AgentSession } from "../../shared/contract/chats.ts";
import { rpc } from "../rpc.ts";

export type Outlook = AgentSession["outlook"];

/** What each agent will find in this chat at its next prompt; asked again whenever `version` changes. */
export function useOutlook(sessionId: string, chatId: string, agentId: string, version: string): Outlook | null {
  const [sessions, setSessions] = useState<AgentSession[] | null>(null);
  useEffect(() => {
    let overtaken = false;
    rpc.chats.agentSessions({ sessionId }).then(
      (all) => {
        if (!overtaken) setSessions(all.filter((one) => one.chatId === chatId));
      },
      () => {
        // Without an answer nothing is claimed; the next change asks again.
        if (!overtaken) setSessions(null);
      },
    );
    return () => {
      overtaken = true;
    };
  }, [sessionId, chatId, agentId, version]);
  if (!sessions) return null;
  return sessions.find((one) => one.agent === agentId)?.outlook ?? "new";
}
