import { useCallback, useState } from "react";
import type { Turn } from "../../shared/contract/chats.ts";

export type TurnFold = "whole" | "folded" | "opened";

/**
 * Which turns are folded to their answer: those that were over when the chat was opened, but for the latest. What ends
 * before the reader's eyes stays as it is, so that nothing moves. While all is `searched` nothing is folded.
 */
export function useFolds(
  turns: readonly Turn[],
  searched: boolean,
): { foldOf: (turns: readonly Turn[], at: number) => TurnFold; toggle: (runId: string) => void } {
  const [latest] = useState(() => turns.at(-1)?.run.id ?? null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const foldOf = useCallback(
    (all: readonly Turn[], at: number): TurnFold => {
      const run = all[at]?.run;
      // Once the latest is no more among what is held, all that is came after it.
      if (searched || !run || at >= all.findIndex((turn) => turn.run.id === latest)) return "whole";
      return opened.has(run.id) ? "opened" : "folded";
    },
    [latest, opened, searched],
  );
  const toggle = useCallback((runId: string): void => setOpened((before) => toggled(before, runId)), []);
  return { foldOf, toggle };
}

function toggled(before: ReadonlySet<string>, runId: string): ReadonlySet<string> {
  return before.has(runId) ? new Set([...before].filter((one) => one !== runId)) : new Set([...before, runId]);
}
