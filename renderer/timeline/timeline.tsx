import { ArrowDown } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { Turn } from "../../shared/contract/chats.ts";
import type { OutboxItem } from "../stores/outbox.ts";
import { Button } from "../ui/button.tsx";
import { RowView } from "./row-view.tsx";
import { rowsOf, type TimelineRow } from "./rows.ts";
import { OpenedProvider, TurnFoldsProvider } from "./timeline-actions.ts";
import "./timeline.css";
import { useFind } from "./use-find.tsx";
import { useFolds } from "./use-folds.ts";
import { useFollowEnd } from "./use-follow-end.ts";

/** `toEnd`: whenever it changes, the end is shown, and followed again. */
type Props = {
  chatId: string;
  turns: readonly Turn[];
  /** Prompts that the core doesn't have yet. */
  unsent: readonly OutboxItem[];
  more: boolean;
  loadingEarlier: boolean;
  onLoadEarlier: () => void;
  /** The end is shown: what lies far before it needn't be held. */
  onForgetOldest: () => void;
  toEnd: number;
  finding: boolean;
  onCloseFind: () => void;
};

/** The chat as a document. */
export function Timeline(props: Props): React.JSX.Element {
  const { chatId, turns, unsent, more, loadingEarlier, onLoadEarlier, onForgetOldest, toEnd, finding, onCloseFind } = props;
  const { foldOf, toggle } = useFolds(turns, finding);
  const rows = useMemo(() => rowsOf(turns, unsent, { chatId, folds: foldOf }), [turns, unsent, chatId, foldOf]);
  const [opened] = useState(() => new Set<string>());
  const { scroller, virtualizer, atEnd, firstNear, jumpToEnd } = useFollowEnd(chatId, rows, toEnd);
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

  // Near the top, what lies before is fetched; where the reader is stays where it is.
  const nearTop = firstNear() < 4;
  const fills = height > (virtualizer.scrollRect?.height ?? 0);
  const wantsEarlier = more && !loadingEarlier && nearTop && !(atEnd && fills);
  useEffect(() => {
    if (wantsEarlier) onLoadEarlier();
  }, [wantsEarlier, onLoadEarlier]);

  useEffect(() => {
    // A search looks at all that is there.
    if (atEnd && !finding) onForgetOldest();
  }, [atEnd, finding, turns.length, onForgetOldest]);

  return (
    <TurnFoldsProvider value={toggle}>
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
            <div
              className="relative mx-auto w-full max-w-[76ch] text-prose"
              style={{ paddingTop: items[0]?.start ?? 0, paddingBottom: height - (items.at(-1)?.end ?? 0) }}
            >
              {loadingEarlier ? (
                <p className="absolute inset-x-0 top-1 text-center text-small text-faint">Loading earlier turns</p>
              ) : null}
              <div className="text-base">
                {items.map((item, at) => (
                  <TimelineRow
                    key={item.key}
                    index={item.index}
                    gap={item.start - (items[at - 1]?.end ?? item.start)}
                    row={rows[item.index]}
                    last={item.index === rows.length - 1}
                    measure={virtualizer.measureElement}
                  />
                ))}
              </div>
            </div>
          </div>
          {findBar}
          {atEnd || rows.length === 0 ? null : (
            <Button
              onClick={jumpToEnd}
              icon={<ArrowDown className="size-3.5" aria-hidden />}
              className="absolute bottom-2 left-1/2 -translate-x-1/2 rounded-full! shadow-float"
            >
              Jump to latest
            </Button>
          )}
        </div>
      </OpenedProvider>
    </TurnFoldsProvider>
  );
}

/** `gap`: how high the rows are that stand before it and aren't drawn. */
type RowProps = {
  index: number;
  gap: number;
  row: TimelineRow | undefined;
  last: boolean;
  measure: (element: HTMLDivElement | null) => void;
};

function TimelineRow({ index, gap, row, last, measure }: RowProps): React.JSX.Element {
  return (
    <div
      data-index={index}
      data-row={row?.kind}
      data-key={row?.key}
      ref={measure}
      style={{ marginTop: gap }}
      className={last ? "isolate px-3 pb-6 tablet:px-4" : "isolate px-3 tablet:px-4"}
    >
      {row ? <RowView row={row} /> : null}
    </div>
  );
}
