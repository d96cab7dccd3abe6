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

const fromEnd = ({ scrollHeight, clientHeight, scrollTop }: HTMLElement): number => scrollHeight - clientHeight - scrollTop;

/** How far from the end still counts as being there, in px. */
const nearEnd = 48;
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
    if (height < heightBefore.current && scroller.current && fromEnd(scroller.current) <= nearEnd) {
      pinned.current = true;
      setHeld(false);
    }
    heightBefore.current = height;
    if (pinned.current) virtualizer.scrollToEnd();
    setAtEnd(pinned.current);
  }, [virtualizer, rows, height]);

  // What is added, and a pane or composer that changes its height, leaves the end in view. Whether it was is known from the
  // last scroll alone: by the time the new height is told, the distance is already another. Away goes only who scrolls up;
  // rows that are measured as smaller move the place up as well, but with them the whole becomes smaller.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let before = { top: 0, height: 0 };
    const onScroll = (): void => {
      const now = { top: element.scrollTop, height: element.scrollHeight };
      const near = fromEnd(element) <= nearEnd;
      if (near) pinned.current = true;
      else if (now.top < before.top && now.height >= before.height) pinned.current = false;
      before = now;
      setHeld(false);
      setAtEnd(pinned.current || near);
    };
    // The next line of a stream may be there before the scroll is told of.
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY < 0 && element.scrollTop > 0) pinned.current = false;
    };
    // Who opens something wants to read it from its beginning.
    const onClick = (event: MouseEvent): void => {
      if (event.target instanceof Element && event.target.closest("[aria-expanded], summary")) {
        pinned.current = false;
        setHeld(true);
      }
    };
    const sizes = new ResizeObserver(() => pinned.current && virtualizer.scrollToEnd());
    // Before the virtualizer hears of it and measures what comes into view.
    element.addEventListener("scroll", onScroll, { passive: true, capture: true });
    element.addEventListener("wheel", onWheel, { passive: true });
    element.addEventListener("click", onClick);
    sizes.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll, { capture: true });
      element.removeEventListener("wheel", onWheel);
      element.removeEventListener("click", onClick);
      sizes.disconnect();
    };
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
