import { useState } from "react";
import type { Turn } from "../../shared/contract/chats.ts";
import { useAwakeMs } from "../ui/use-now.ts";

const firstEventMs = 60_000;
const midStreamMs = 120_000;

/**
 * Whole seconds the agent has been silent, once that is worth a word; null before. Silence while a tool runs or a
 * request is open is none.
 */
export function quietFor(turn: Turn, quietMs: number): number | null {
  const { items } = turn.timeline;
  if (
    items.some((item) =>
      item.kind === "tool"
        ? item.endedAt === null
        : (item.kind === "permission" || item.kind === "question") && item.outcome === null,
    )
  )
    return null;
  return quietMs < (items.length === 0 ? firstEventMs : midStreamMs) ? null : Math.floor(quietMs / 1_000);
}

/** Counts from when this page last saw the run move, by this page's clock: the core's may differ. Sleep isn't silence. */
export function useQuietFor(turn: Turn): number | null {
  const awakeMs = useAwakeMs();
  const sign = `${turn.timeline.lastSeq} ${turn.reading?.read ?? ""}`;
  const [heard, setHeard] = useState({ sign, atMs: awakeMs });
  if (heard.sign !== sign) setHeard({ sign, atMs: awakeMs });
  return quietFor(turn, awakeMs - heard.atMs);
}
