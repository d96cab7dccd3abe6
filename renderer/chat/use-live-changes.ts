import { useEffect } from "react";
import { isGoing, type ChatState } from "../stores/chat-state.ts";
import { lookAgain } from "../stores/changes.ts";
import { useOpenChat } from "../stores/open-chats.ts";

const reading: ReadonlySet<string> = new Set(["read", "search", "think", "fetch", "switch_mode"]);

/** Where the core can't watch the session's files: has it look after each tool that may write. */
export function useLiveChanges(sessionId: string, chatId: string): void {
  const written = useOpenChat(chatId, writingTools);
  useEffect(() => {
    if (written > 0) lookAgain(sessionId);
  }, [sessionId, written]);
}

/** How many tools of the run that goes on may have written, and are done. */
function writingTools({ turns }: Pick<ChatState, "turns">): number {
  const turn = turns.find(({ run }) => isGoing(run));
  if (!turn) return 0;
  return turn.timeline.items.filter((item) => item.kind === "tool" && item.endedAt !== null && !reading.has(item.tool.kind))
    .length;
}
