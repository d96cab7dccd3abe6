import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import type { TimelineRow } from "./rows.ts";
import { isNearEnd, nearEnd, watchReader } from "./watch-reader.ts";

type FollowedEnd = {
  scroller: RefObject<HTMLDivElement | null>;
  virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>;
  /** The end is followed, or in view. */
  atEnd: boolean;
  jumpToEnd: () => void;
};

const heights: Record<TimelineRow["kind"], number> = {
  prompt: 92,
  unsent: 92,
  header: 28,
  text: 160,
  reasoning: 28,
  tool: 28,
  tools: 28,
  plan: 120,
  approval: 160,
  notice: 28,
  late: 28,
  state: 28,
  outcome: 110,
};

/**
 * Draws only what is near the view, and follows the end unless the reader went away from it. Whenever `toEnd` changes,
 * the end is shown, and followed again.
 */
export function useFollowEnd(rows: readonly TimelineRow[], toEnd: number): FollowedEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  // Something was opened, and until the next scroll the view stays where it is, the end in sight or not.
  const [held, setHeld] = useState(false);
  const heightBefore = useRef(0);
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heights[rows[index]?.kind ?? "text"],
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 6,
    anchorTo: held ? "start" : "end",
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
    useAnimationFrameWithResizeObserver: false,
    onChange: (instance) => setAtEnd(pinned.current || instance.isAtEnd(nearEnd)),
  });
  const height = virtualizer.getTotalSize();

  useLayoutEffect(() => {
    pinned.current = true;
    virtualizer.scrollToEnd();
  }, [virtualizer, toEnd]);
  // Rows are drawn at a guessed height and measured then: the end is another after each.
  useLayoutEffect(() => {
    if (height < heightBefore.current && scroller.current && isNearEnd(scroller.current)) {
      pinned.current = true;
      setHeld(false);
    }
    heightBefore.current = height;
    if (pinned.current) virtualizer.scrollToEnd();
    setAtEnd(pinned.current);
  }, [virtualizer, rows, height]);

  // What is added, and a pane or composer that changes its height, leaves the end in view.
  useEffect(() => {
    if (!scroller.current) return;
    return watchReader(scroller.current, pinned, {
      onScroll: (near) => {
        setHeld(false);
        setAtEnd(near);
      },
      onOpen: () => setHeld(true),
      onResize: () => pinned.current && virtualizer.scrollToEnd(),
    });
  }, [virtualizer]);

  function jumpToEnd(): void {
    pinned.current = true;
    virtualizer.scrollToEnd();
  }
  return { scroller, virtualizer, atEnd, jumpToEnd };
}
