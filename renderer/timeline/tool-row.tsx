import {
  ArrowRightLeft,
  Brain,
  ChevronRight,
  FilePen,
  FileText,
  Globe,
  Search,
  SquareTerminal,
  Trash2,
  Wrench,
  type LucideIcon,
} from "lucide-react";
import { toolHasEnded, type ToolKind } from "../../shared/run-event.ts";
import { Visible } from "../markdown/visible.tsx";
import { cx } from "../ui/cx.ts";
import { StateDot } from "../ui/state-dot.tsx";
import { DiffCount } from "./diff-view.tsx";
import type { ToolItem } from "./rows.ts";
import { useOpened, useTimelineActions } from "./timeline-actions.ts";
import { ToolDetail } from "./tool-detail.tsx";
import { groupTitle, toolLine } from "./tool-line.ts";
import { saysOnlyExit } from "./tool-time.ts";
import { Duration, ExitCode, Took } from "./tool-took.tsx";
import { msBetween, splitForMiddle } from "./format.ts";

const icons: Record<ToolKind, LucideIcon> = {
  read: FileText,
  edit: FilePen,
  delete: Trash2,
  move: ArrowRightLeft,
  search: Search,
  execute: SquareTerminal,
  think: Brain,
  fetch: Globe,
  switch_mode: ArrowRightLeft,
  other: Wrench,
};

const lineLook =
  "row group/tool -mx-1.5 flex w-[calc(100%+0.75rem)] items-center gap-2 rounded-control px-1.5 text-left hover:bg-hover";

/** One tool call as a line; opens in place to what it did. `ended`: its run is over, so it can't be going any more. */
export function ToolRow({
  rowKey,
  item,
  ended,
  asks = false,
  waitedMs = 0,
}: {
  rowKey: string;
  item: ToolItem;
  ended: boolean;
  asks?: boolean;
  waitedMs?: number;
}): React.JSX.Element {
  const [open, toggle] = useOpened(rowKey);
  const { tool, error } = item;
  const { root } = useTimelineActions();
  const line = toolLine(tool, { asks, root });
  const failed = tool.status === "failed" || error !== null;
  const going = !ended && item.endedAt === null && !toolHasEnded(tool.status);
  return (
    <div>
      <button type="button" aria-expanded={open} onClick={toggle} className={cx(lineLook, failed && "text-removed")}>
        <Glyph
          kind={tool.kind}
          open={open}
          state={failed ? "failed" : tool.status === "cancelled" ? "cancelled" : asks ? "asks" : going ? "going" : "done"}
        />
        <span className={cx("shrink-0", !failed && "text-muted")}>{line.verb}</span>
        {line.target ? <Target text={line.target} mono={line.targetKind !== "text"} /> : null}
        {failed && error && !open && !saysOnlyExit(error.message) ? (
          <span className="min-w-0 flex-[1_1_30%] truncate text-small">
            <Visible text={error.message} />
          </span>
        ) : null}
        <span className="flex-1" />
        <Changed item={item} />
        {tool.status === "cancelled" ? <span className="shrink-0 text-small text-faint">stopped</span> : null}
        <ExitCode item={item} />
        {asks ? null : <Took item={item} going={going} waitedMs={waitedMs} />}
      </button>
      {open ? <ToolDetail item={item} /> : null}
    </div>
  );
}

/** Neighbours of one kind as one line; opens to the lines themselves. */
export function ToolsRow({
  rowKey,
  items,
  waitedMs,
}: {
  rowKey: string;
  items: ToolItem[];
  waitedMs: number;
}): React.JSX.Element {
  const [open, toggle] = useOpened(rowKey);
  const first = items[0];
  const last = items.at(-1);
  if (!first || !last) return <></>;
  return (
    <div>
      <button type="button" aria-expanded={open} onClick={toggle} className={lineLook}>
        <Glyph kind={first.tool.kind} open={open} state="done" />
        <span className="min-w-0 truncate text-muted">{groupTitle(items.map((item) => item.tool))}</span>
        <span className="flex-1" />
        {last.endedAt ? <Duration ms={msBetween(first.startedAt, last.endedAt) - waitedMs} /> : null}
      </button>
      {open ? (
        <div className="ml-2 border-l border-line pl-3.5">
          {items.map((item) => (
            <ToolRow key={item.key} rowKey={`${rowKey}:${item.key}`} item={item} ended />
          ))}
        </div>
      ) : null}
    </div>
  );
}

type GlyphState = "going" | "asks" | "done" | "failed" | "cancelled";

/** State first, then what kind of thing it was; under the pointer, that it opens. */
function Glyph({ kind, state, open }: { kind: ToolKind; state: GlyphState; open: boolean }): React.JSX.Element {
  const Icon = icons[kind];
  const settled = state === "done" || state === "cancelled";
  return (
    <span className="inline-flex w-4 shrink-0 justify-center">
      {settled ? (
        <>
          <Icon
            className={cx(
              "size-3.5 text-faint",
              open ? "hidden" : "group-hover/tool:hidden group-focus-visible/tool:hidden",
              state === "cancelled" && "opacity-60",
            )}
            aria-hidden
          />
          <ChevronRight
            className={cx(
              "size-3.5 text-faint",
              open ? "rotate-90" : "hidden group-hover/tool:block group-focus-visible/tool:block",
            )}
            aria-hidden
          />
        </>
      ) : (
        <StateDot state={state === "failed" ? "failed" : state === "asks" ? "waiting" : "working"} />
      )}
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
      {/* Both parts keep their blanks: the one at the end of the first is part of a command. */}
      <span className="min-w-0 overflow-hidden text-ellipsis whitespace-pre">
        <Visible text={head} />
      </span>
      <span className="max-w-full shrink-0 truncate whitespace-pre">
        <Visible text={tail} />
      </span>
    </code>
  );
}

function Changed({ item }: { item: ToolItem }): React.JSX.Element | null {
  const [diff, ...others] = item.tool.diff;
  // Of several files each has its own, where the row is opened.
  return diff && others.length === 0 ? <DiffCount diff={diff} /> : null;
}
