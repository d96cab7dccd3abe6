import type { Turn } from "../../shared/contract/chats.ts";

/** How much of its window an agent's memory of the chat takes, in tokens. */
export type ContextFill = { used: number; size: number };

/** As the agent told it last; null where it never did. Pure. */
export function contextOf(turns: readonly Turn[], agentId: string): ContextFill | null {
  for (const { run, timeline } of turns.toReversed()) {
    if (run.agentId !== agentId) continue;
    for (const usage of [run.usage, timeline.usage]) {
      if (usage?.contextUsed && usage.contextSize) return { used: usage.contextUsed, size: usage.contextSize };
    }
  }
  return null;
}
