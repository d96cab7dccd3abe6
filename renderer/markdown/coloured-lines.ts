import { useEffect, useState } from "react";
import type { CodeToken } from "./highlight-protocol.ts";

/** What can be laid out and painted between two frames. */
const runsAtOnce = 250;

/** The line before which `lines` have about `most` runs of colour, from line `from` on; at least one further. Pure. */
export function nextSlice(lines: readonly (readonly CodeToken[])[], from: number, most = runsAtOnce): number {
  let runs = 0;
  let at = from;
  while (at < lines.length && (at === from || runs < most)) {
    runs += lines[at]?.length ?? 0;
    at += 1;
  }
  return at;
}

/** How many lines of a code have their colours: a long one gets them from frame to frame, so that nobody waits for all. */
export function useColouredLines(lines: readonly (readonly CodeToken[])[] | null): number {
  const [done, setDone] = useState({ lines, count: lines ? nextSlice(lines, 0) : 0 });
  const count = done.lines === lines ? done.count : lines ? nextSlice(lines, 0) : 0;
  const left = lines && count < lines.length;
  useEffect(() => {
    if (!left) return;
    const frame = requestAnimationFrame(() => setDone({ lines, count: nextSlice(lines, count) }));
    return () => cancelAnimationFrame(frame);
  }, [lines, count, left]);
  return count;
}
