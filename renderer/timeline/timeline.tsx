import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Turn } from "../../shared/contract/chats.ts";
import { Button } from "../ui/button.tsx";
import { RowView } from "./row-view.tsx";
import { rowsOf, type Row } from "./rows.ts";
import { OpenedProvider } from "./timeline-actions.ts";
import "./timeline.css";
import { useFind } from "./use-find.tsx";
import { isNearEnd, nearEnd, watchReader } from "./watch-reader.ts";

/** `toEnd`: whenever it changes, the end is shown, and followed again. */
type Props = {
  turns: readonly Turn[];
  more: boolean;
  loadingEarlier: boolean;
  onLoadEarlier: () => void;
  toEnd: number;
  finding: boolean;
  onCloseFind: () => void;
};

const heights: Record<Row["kind"], number> = {
  prompt: 92,
  header: 28,
  text: 160,
  reasoning: 28,
  tool: 28,
  tools: 28,
  plan: 120,
  ask: 160,
  notice: 28,
  late: 28,
  state: 28,
  outcome: 110,
};

/** The chat as a document. Only what is near the view is drawn; the end is followed unless the reader went away from it. */
export function Timeline({ turns, more, loadingEarlier, onLoadEarlier, toEnd, finding, onCloseFind }: Props): React.JSX.Element {
  const rows = useMemo(() => rowsOf(turns), [turns]);
  const scroller = useRef<HTMLDivElement>(null);
  const [opened] = useState(() => new Set<string>());
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
  const items = virtualizer.getVirtualItems();
  const height = virtualizer.getTotalSize();
  const findBar = useFind({
    rows,
    root: scroller,
    open: finding,
    onClose: onCloseFind,
    partial: more,
    loadingEarlier,
    onLoadEarlier,
    show: (index) => virtualizer.scrollToIndex(index, { align: "center" }),
  });

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

  // Near the top, what lies before is fetched; where the reader is stays where it is.
  const nearTop = (items[0]?.index ?? 0) < 4;
  const fills = height > (virtualizer.scrollRect?.height ?? 0);
  const wantsEarlier = more && !loadingEarlier && nearTop && !(atEnd && fills);
  useEffect(() => {
    if (wantsEarlier) onLoadEarlier();
  }, [wantsEarlier, onLoadEarlier]);

  return (
    <OpenedProvider value={opened}>
      <div className="relative min-h-0 flex-1">
        <div
          ref={scroller}
          tabIndex={0}
          role="log"
          aria-label="Chat"
          aria-live="off"
          className="h-full overflow-y-auto overscroll-contain -outline-offset-2 [overflow-anchor:none] [scrollbar-gutter:stable]"
        >
          <div className="relative mx-auto w-full max-w-[76ch] text-prose" style={{ height }}>
            {loadingEarlier ? (
              <p className="absolute inset-x-0 top-1 text-center text-small text-faint">Loading earlier turns</p>
            ) : null}
            <div className="absolute inset-x-0 top-0 text-base" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
              {items.map((item) => {
                const row = rows[item.index];
                return (
                  <div
                    key={item.key}
                    data-index={item.index}
                    data-row={row?.kind}
                    data-key={row?.key}
                    ref={virtualizer.measureElement}
                    className={item.index === rows.length - 1 ? "px-3 pb-6 tablet:px-4" : "px-3 tablet:px-4"}
                  >
                    {row ? <RowView row={row} /> : null}
                  </div>
                );
              })}
            </div>
          </div>
        </div>
        {findBar}
        {atEnd || rows.length === 0 ? null : (
          <Button
            onClick={() => {
              pinned.current = true;
              virtualizer.scrollToEnd();
            }}
            icon={<ArrowDown className="size-3.5" aria-hidden />}
            className="absolute bottom-2 left-1/2 -translate-x-1/2 rounded-full! shadow-float"
          >
            Jump to latest
          </Button>
        )}
      </div>
    </OpenedProvider>
  );
}
