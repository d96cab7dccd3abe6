import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useReducer, useRef, useState, type RefObject } from "react";
import type { TimelineRow } from "./rows.ts";
import { rememberPlace, takePlace } from "./reading-places.ts";
import { keptRows } from "./kept-rows.ts";
import { RowHeights } from "./row-heights.ts";
import { rowsNear, withKept } from "./rows-near.ts";
import { nearEnd, watchReader } from "./watch-reader.ts";

type FollowedEnd = {
  scroller: RefObject<HTMLDivElement | null>;
  virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>;
  /** The end is followed, or in view. */
  atEnd: boolean;
  /** The first row that is drawn because it is near the view. */
  firstNear: () => number;
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
  forked: 44,
  steps: 28,
  state: 28,
  changed: 28,
  outcome: 110,
  rest: 28,
};

const heightOf = (row: TimelineRow | undefined): number => heights[row?.kind ?? "text"];

/**
 * Draws only what is near the view, and follows the end unless the reader went away from it. Whenever `toEnd` changes,
 * the end is shown, and followed again. A chat that was left elsewhere is shown there again.
 */
export function useFollowEnd(chatId: string, rows: readonly TimelineRow[], toEnd: number): FollowedEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const [rowHeights] = useState(() => new RowHeights());
  const [place] = useState(() => takePlace(chatId, rows, heightOf));
  const pinned = useRef(place === null);
  const [atEnd, setAtEnd] = useState(place === null);
  const shownEnd = useRef(toEnd);
  // Something was opened, and until the next scroll the view stays where it is, the end in sight or not.
  const [held, setHeld] = useState(false);
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  // Before the virtualizer's own, which forgets where it was.
  const leave = useRef<() => void>(null);
  useLayoutEffect(() => () => leave.current?.(), []);
  const sizeOf = (index: number): number => virtualizer.measurementsCache[index]?.size ?? 0;
  const virtualizer: FollowedEnd["virtualizer"] = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(rows[index]),
    measureElement: rowHeights.measure,
    getItemKey: (index) => rows[index]?.key ?? index,
    ...(place ? { initialOffset: place.offset, initialMeasurementsCache: place.measured } : {}),
    rangeExtractor: (range) => withKept(rowsNear(range, sizeOf), keptRows(rows, scroller.current)),
    anchorTo: held ? "start" : "end",
    // The end is followed here: by itself it would follow whoever is near the end, also who goes slowly away from it.
    scrollEndThreshold: -1,
    useAnimationFrameWithResizeObserver: false,
    // A row that grows moves what is below it without our doing: only other rows in view are drawn anew.
    directDomUpdates: true,
    onChange(instance) {
      const drawn = instance.range;
      const inView = instance.calculateRange();
      if (inView?.startIndex !== drawn?.startIndex || inView?.endIndex !== drawn?.endIndex) redraw();
      setAtEnd(pinned.current || instance.isAtEnd(nearEnd));
    },
  });

  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = rowHeights.keepsView;
  useLayoutEffect(() => {
    leave.current = () => rememberPlace(chatId, pinned.current ? null : placeIn(virtualizer));
  }, [virtualizer, chatId]);
  useLayoutEffect(() => {
    if (shownEnd.current !== toEnd) pinned.current = true;
    shownEnd.current = toEnd;
    if (pinned.current) virtualizer.scrollToEnd();
  }, [virtualizer, toEnd, rows.length]);

  // What is added, and a pane or composer that changes its height, leaves the end in view.
  useEffect(() => {
    if (!scroller.current) return;
    return watchReader(scroller.current, pinned, {
      onScroll: setAtEnd,
      onLeave: () => virtualizer.cancelScroll(),
      onHold: setHeld,
    });
  }, [virtualizer]);

  function jumpToEnd(): void {
    pinned.current = true;
    virtualizer.scrollToEnd();
  }
  function firstNear(): number {
    const range = virtualizer.calculateRange();
    return range ? (rowsNear({ ...range, count: rows.length }, sizeOf)[0] ?? 0) : 0;
  }
  return { scroller, virtualizer, atEnd, firstNear, jumpToEnd };
}

function placeIn(virtualizer: FollowedEnd["virtualizer"]): Parameters<typeof rememberPlace>[1] {
  const offset = virtualizer.scrollOffset ?? 0;
  const row = virtualizer.getVirtualItemForOffset(offset);
  if (!row) return null;
  const sizes = new Map(virtualizer.takeSnapshot().map((item) => [String(item.key), item.size]));
  return { key: String(row.key), above: offset - row.start, sizes };
}
