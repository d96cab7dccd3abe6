import { ArrowRightLeft, Brain, ChevronRight, FilePen, FileText, Globe, Search, SquareTerminal, Trash2, Wrench, type LucideIcon } from "lucide-react";
import type { ToolKind } from "../../shared/run-event.ts";
import { Visible } from "../markdown/visible.tsx";
import { Count } from "../ui/count.tsx";
import { cx } from "../ui/cx.ts";
import { StateDot } from "../ui/state-dot.tsx";
import { lineDiff } from "./diff-lines.ts";
import type { ToolItem } from "./rows.ts";
import { useOpened } from "./timeline-actions.ts";
import { ToolDetail } from "./tool-detail.tsx";
import { groupTitle, toolLine } from "./tool-line.ts";
import { useNow } from "./use-now.ts";
import { durationText, msBetween, splitForMiddle } from "./words.ts";

const icons: Record<ToolKind, LucideIcon> = {
  read: FileText, edit: FilePen, delete: Trash2, move: ArrowRightLeft, search: Search, execute: SquareTerminal, think: Brain, fetch: Globe,
  switch_mode: ArrowRightLeft, other: Wrench,
};

const lineLook = "row group/tool flex w-full items-center gap-2 rounded-control px-1.5 text-left hover:bg-hover";

/** One tool call as a line; opens in place to what it did. `ended`: its run is over, so it can't be going any more. */
export function ToolRow({ rowKey, item, ended }: { rowKey: string; item: ToolItem; ended: boolean }): React.JSX.Element {
  const [open, toggle] = useOpened(rowKey);
  const { tool, error } = item;
  const line = toolLine(tool);
  const failed = tool.status === "failed" || error !== null;
  const going = !ended && item.endedAt === null && (tool.status === "pending" || tool.status === "in_progress");
  return (
    <div>
      <button type="button" aria-expanded={open} onClick={toggle} className={cx(lineLook, failed && "text-removed")}>
        <Glyph kind={tool.kind} state={failed ? "failed" : tool.status === "cancelled" ? "cancelled" : going ? "going" : "done"} />
        <span className={cx("shrink-0", !failed && "text-muted")}>{line.verb}</span>
        {line.target ? <Target text={line.target} mono={line.targetKind !== "text"} /> : null}
        {failed && error ? (
          <span className="min-w-0 flex-[1_1_30%] truncate text-small">
            <Visible text={error.message} />
          </span>
        ) : null}
        <span className="flex-1" />
        <Changed item={item} />
        {tool.status === "cancelled" ? <span className="shrink-0 text-small text-faint">stopped</span> : null}
        <Took item={item} going={going} />
        <Chevron open={open} />
      </button>
      {open ? <ToolDetail item={item} /> : null}
    </div>
  );
}

/** Neighbours of one kind as one line; opens to the lines themselves. */
export function ToolsRow({ rowKey, items }: { rowKey: string; items: ToolItem[] }): React.JSX.Element {
  const [open, toggle] = useOpened(rowKey);
  const first = items[0];
  const last = items.at(-1);
  if (!first || !last) return <></>;
  return (
    <div>
      <button type="button" aria-expanded={open} onClick={toggle} className={lineLook}>
        <Glyph kind={first.tool.kind} state="done" />
        <span className="min-w-0 truncate text-muted">{groupTitle(items.map((item) => item.tool))}</span>
        <span className="flex-1" />
        {last.endedAt ? <Time text={durationText(msBetween(first.startedAt, last.endedAt))} /> : null}
        <Chevron open={open} />
      </button>
      {open ? (
        <div className="ml-3.5 border-l border-line pl-1.5">
          {items.map((item) => (
            <ToolRow key={item.key} rowKey={`${rowKey}:${item.key}`} item={item} ended />
          ))}
        </div>
      ) : null}
    </div>
  );
}

function Glyph({ kind, state }: { kind: ToolKind; state: "going" | "done" | "failed" | "cancelled" }): React.JSX.Element {
  const Icon = icons[kind];
  return (
    <span className="inline-flex w-4 shrink-0 justify-center">
      {state === "going" ? <StateDot state="working" /> : state === "failed" ? <StateDot state="failed" /> : <Icon className={cx("size-3.5", state === "cancelled" ? "text-faint opacity-60" : "text-faint")} aria-hidden />}
    </span>
  );
}

/** The target gives way in its middle: the head shrinks, the end stays. */
function Target({ text, mono }: { text: string; mono: boolean }): React.JSX.Element {
  const firstLine = text.split("\n", 1)[0] ?? "";
  const shown = firstLine === text ? text : `${firstLine} …`;
  if (!mono) {
    return (
      <span className="min-w-0 truncate" title={text.slice(0, 500)}>
        <Visible text={shown.slice(0, 400)} />
      </span>
    );
  }
  const [head, tail] = splitForMiddle(shown.slice(0, 600));
  return (
    <code className="flex min-w-0 text-text" dir="ltr" title={text.slice(0, 500)}>
      <span className="min-w-0 truncate">
        <Visible text={head} />
      </span>
      <span className="max-w-full shrink-0 truncate whitespace-pre">
        <Visible text={tail} />
      </span>
    </code>
  );
}

function Changed({ item }: { item: ToolItem }): React.JSX.Element | null {
  if (item.tool.diffs.length === 0) return null;
  const sums = item.tool.diffs.map(lineDiff);
  return <Count additions={sums.reduce((sum, one) => sum + one.additions, 0)} deletions={sums.reduce((sum, one) => sum + one.deletions, 0)} />;
}

function Took({ item, going }: { item: ToolItem; going: boolean }): React.JSX.Element | null {
  if (going) return <Running since={item.startedAt} />;
  return item.endedAt ? <Time text={durationText(msBetween(item.startedAt, item.endedAt))} /> : null;
}

function Running({ since }: { since: string }): React.JSX.Element | null {
  const ms = useNow() - Date.parse(since);
  return ms < 1_000 ? null : <Time text={`${Math.floor(ms / 1_000)} s`} />;
}

function Time({ text }: { text: string }): React.JSX.Element {
  return <span className="shrink-0 text-right text-small text-faint tabular-nums">{text}</span>;
}

function Chevron({ open }: { open: boolean }): React.JSX.Element {
  return <ChevronRight className={cx("size-3.5 shrink-0 text-faint transition-[transform,opacity] touch:opacity-100", open ? "rotate-90" : "opacity-0 group-hover/tool:opacity-100 group-focus-visible/tool:opacity-100")} aria-hidden />;
}
