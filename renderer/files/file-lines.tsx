import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { visibleText } from "../../shared/visible-text.ts";
import "../markdown/code.css";
import type { CodeToken } from "../markdown/highlight-protocol.ts";
import { useHighlight } from "../markdown/use-highlight.ts";
import { Visible } from "../markdown/visible.tsx";
import type { FilePlace } from "../stores/file-places.ts";
import { cx } from "../ui/cx.ts";
import { cutLine, longestLine } from "./cut-line.ts";

/** A longer text is shown without colours. */
const mostColoured = 200_000;

type Props = { text: string; path: string; place: FilePlace | null };

/** The lines of a text with their numbers; those in sight are drawn. */
export function FileLines({ text, path, place }: Props): React.JSX.Element {
  const lines = useMemo(() => text.replace(/\n$/, "").split("\n"), [text]);
  const longest = useMemo(() => lines.reduce((most, line) => Math.max(most, Math.min(longestLine, line.length)), 0), [lines]);
  const tokens = useHighlight(text.length > mostColoured ? "" : text, /\.(\w+)$/.exec(path)?.[1] ?? "", false);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeightOf(scroller.current),
    overscan: 20,
  });
  const at = place === null ? null : Math.min(lines.length, Math.max(1, place.line)) - 1;
  const asked = place?.asked;
  useEffect(() => {
    if (at !== null && asked !== undefined) virtual.scrollToIndex(at, { align: "center" });
  }, [at, asked, virtual]);
  const digits = `${lines.length}`.length;
  return (
    <div
      ref={scroller}
      data-file-text
      role="group"
      aria-label={`Text of ${visibleText(path)}`}
      tabIndex={0}
      className="selectable min-h-0 flex-1 overflow-auto py-1 font-mono text-code -outline-offset-2"
    >
      <div
        className="relative min-w-full"
        style={{ height: virtual.getTotalSize(), width: `calc(${longest + digits}ch + 3.5rem)` }}
        dir="ltr"
      >
        {virtual.getVirtualItems().map(({ index, start, size }) => (
          <div
            key={index}
            data-line={index + 1}
            aria-current={index === at ? "location" : undefined}
            className={cx(
              "absolute inset-x-0 flex whitespace-pre",
              index === at && "bg-selected shadow-[inset_2px_0_0_var(--color-accent)]",
            )}
            style={{ top: start, height: size }}
          >
            <span
              className="shrink-0 pr-4 pl-3 text-right text-faint tabular-nums select-none"
              style={{ minWidth: `calc(${digits}ch + 1.75rem)` }}
            >
              {index + 1}
            </span>
            <code>
              {cutLine<CodeToken>(tokens?.[index] ?? [{ text: lines[index] ?? "", kind: null }]).map(
                ({ text: run, kind }, number) => (
                  <span key={number} data-code={kind ?? undefined}>
                    <Visible text={run} />
                  </span>
                ),
              )}
            </code>
          </div>
        ))}
      </div>
    </div>
  );
}

function lineHeightOf(element: HTMLElement | null): number {
  return (element && Number.parseFloat(getComputedStyle(element).lineHeight)) || 19;
}
