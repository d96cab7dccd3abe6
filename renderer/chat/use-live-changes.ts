import { useEffect } from "react";
import type { Turn } from "../../shared/contract/chats.ts";
import { isGoing } from "../stores/chat-state.ts";
import { refreshChanges } from "../stores/changes.ts";

const reading: ReadonlySet<string> = new Set(["read", "search", "think", "fetch", "switch_mode"]);

/** Keeps the session's changes in step with the run: the core tells of them when it ends, this after each tool that may write. */
export function useLiveChanges(sessionId: string, turns: readonly Turn[]): void {
  const turn = turns.find(({ run }) => isGoing(run));
  const written = turn
    ? turn.timeline.items.filter((item) => item.kind === "tool" && item.endedAt !== null && !reading.has(item.tool.kind)).length
    : 0;
  useEffect(() => {
    if (written > 0) refreshChanges(sessionId);
  }, [sessionId, written]);
}
