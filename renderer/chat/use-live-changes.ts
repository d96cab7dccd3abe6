import { useEffect } from "react";
import type { Turn } from "../../shared/contract/chats.ts";
import { isGoing } from "../stores/chat-state.ts";
import { lookAgain } from "../stores/changes.ts";

const reading: ReadonlySet<string> = new Set(["read", "search", "think", "fetch", "switch_mode"]);

/** Where the core can't watch the session's files: has it look after each tool that may write. */
export function useLiveChanges(sessionId: string, turns: readonly Turn[]): void {
  const turn = turns.find(({ run }) => isGoing(run));
  const written = turn
    ? turn.timeline.items.filter((item) => item.kind === "tool" && item.endedAt !== null && !reading.has(item.tool.kind)).length
    : 0;
  useEffect(() => {
    if (written > 0) lookAgain(sessionId);
  }, [sessionId, written]);
}
