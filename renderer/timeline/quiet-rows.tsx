import { ChevronRight, Circle, CircleCheck, CircleDot, Info, ShieldAlert, TriangleAlert } from "lucide-react";
import type { PlanEntry } from "../../shared/run-event.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { splitMarkdown } from "../markdown/split-markdown.ts";
import { Visible } from "../markdown/visible.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { StateDot } from "../ui/state-dot.tsx";
import { HandoverRow } from "./handover-row.tsx";
import type { TimelineRow } from "./rows.ts";
import { useOpened, useTimelineActions } from "./timeline-actions.ts";
import { useNow } from "../ui/use-now.ts";
import { durationText, msBetween } from "./format.ts";

type Of<K extends TimelineRow["kind"]> = Extract<TimelineRow, { kind: K }>;

const lineLook =
  "row group/tool -mx-1.5 flex w-[calc(100%+0.75rem)] items-center gap-2 rounded-control px-1.5 text-left text-muted hover:bg-hover";

/** The agent's thinking: one muted line, opened in place. */
export function ReasoningRow({ row }: { row: Of<"reasoning"> }): React.JSX.Element {
  const [open, toggle] = useOpened(row.key);
  const { item, live } = row;
  return (
    <div>
      <button type="button" aria-expanded={open} onClick={toggle} className={lineLook}>
        <span className="inline-flex w-4 shrink-0 justify-center">
          {live ? (
            <StateDot state="working" />
          ) : (
            <ChevronRight className={cx("size-3.5 text-faint transition-transform", open && "rotate-90")} aria-hidden />
          )}
        </span>
        {live ? <Thinking since={item.startedAt} /> : <span>{thoughtText(item.startedAt, item.endedAt)}</span>}
      </button>
      {open ? (
        <div className="markdown-quiet mb-2 ml-2 flex flex-col gap-2.5 border-l border-line py-0.5 pl-4">
          {splitMarkdown(item.text.slice(0, 40_000)).chunks.map((chunk, index) => (
            <Markdown key={index} chunk={chunk} live={live} />
          ))}
          {item.text.length > 40_000 ? (
            <p className="pt-2 text-small text-faint">{item.text.length - 40_000} more characters aren’t shown.</p>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function thoughtText(startedAt: string, endedAt: string | null): string {
  const seconds = endedAt ? Math.round(msBetween(startedAt, endedAt) / 1_000) : 0;
  return seconds === 0 ? "Thought" : `Thought for ${durationText(seconds * 1_000)}`;
}

function Thinking({ since }: { since: string }): React.JSX.Element {
  const ms = useNow() - Date.parse(since);
  return <span>Thinking{ms >= 1_000 ? ` for ${Math.floor(ms / 1_000)} s` : ""}</span>;
}

const marks = {
  completed: <CircleCheck className="size-3.5 text-added" aria-label="done" />,
  in_progress: <CircleDot className="size-3.5 text-accent" aria-label="going on" />,
  pending: <Circle className="size-3.5 text-faint" aria-label="to do" />,
};

export function PlanRow({ row }: { row: Of<"plan"> }): React.JSX.Element {
  const { entries } = row.item;
  const done = entries.filter((entry) => entry.status === "completed").length;
  return (
    <section aria-label="Plan" className="my-1.5 rounded-card border border-line">
      <header className="flex h-7 items-center justify-between px-3 text-small text-muted">
        <span className="font-semibold">Plan</span>
        <span className="tabular-nums">
          {done} of {entries.length}
        </span>
      </header>
      <ol className="flex flex-col gap-1 px-3 pb-2">
        {entries.slice(0, 200).map((entry, index) => (
          <PlanLine key={index} entry={entry} ended={row.ended} />
        ))}
      </ol>
    </section>
  );
}

function PlanLine({ entry, ended }: { entry: PlanEntry; ended: boolean }): React.JSX.Element {
  const status = ended && entry.status === "in_progress" ? "pending" : entry.status;
  return (
    <li className="flex items-start gap-2">
      <span className="mt-[3px] shrink-0">{marks[status]}</span>
      <span className={cx("selectable min-w-0 break-words", status === "completed" && "text-muted")}>
        <Visible text={entry.content.slice(0, 2_000)} />
      </span>
    </li>
  );
}

/** What the agent said when its turn was over, of work that it had left in the background. */
export function LateRow({ row }: { row: Of<"late"> }): React.JSX.Element {
  return (
    <p className="flex items-start gap-2 py-1 text-muted">
      <span className="inline-flex w-4 shrink-0 justify-center pt-[3px]">
        <Info className="size-3.5 text-faint" aria-hidden />
      </span>
      <span className="selectable min-w-0 whitespace-pre-wrap break-words">
        Said after the turn: <Visible text={row.report.text.trim().slice(0, 4_000)} />
      </span>
    </p>
  );
}

export function NoticeRow({ row }: { row: Of<"notice"> }): React.JSX.Element {
  const { kind, message, account } = row.item.notice;
  if (account !== undefined) return <HandoverRow rowKey={row.key} message={message} account={account} />;
  if (kind === "unasked") return <UnaskedNotice notice={row.item.notice} />;
  const grave = kind === "warning" || kind === "memory-lost" || kind === "skipped-files";
  const Icon = grave ? TriangleAlert : Info;
  return (
    <p className="flex items-start gap-2 py-1 text-muted">
      <span className="inline-flex w-4 shrink-0 justify-center pt-[3px]">
        <Icon className={cx("size-3.5", grave ? "text-changed" : "text-faint")} aria-hidden />
      </span>
      <span className="selectable min-w-0 break-words">
        <Visible text={message.slice(0, 4_000)} />
      </span>
    </p>
  );
}

function unaskedText(files: number): string {
  return `${files === 1 ? "A file" : `${files} files`} changed in this turn without a request that was allowed.`;
}

/** An alarm: files changed though nobody had allowed it. */
function UnaskedNotice({ notice }: { notice: Of<"notice">["item"]["notice"] }): React.JSX.Element {
  const { takeBack } = useTimelineActions();
  const { message, paths = [], checkpointId, alarmId } = notice;
  return (
    <section
      role="alert"
      data-approval={alarmId}
      tabIndex={-1}
      className="my-1.5 rounded-card border border-removed/60 px-3 py-2"
    >
      <p className="flex items-start gap-2">
        <ShieldAlert className="mt-[3px] size-3.5 shrink-0 text-removed" aria-hidden />
        <span className="selectable min-w-0 break-words">
          <span className="font-semibold text-removed">Changed without asking. </span>
          {paths.length === 0 ? <Visible text={message.slice(0, 4_000)} /> : unaskedText(paths.length)}
          <span className="text-muted"> If it wasn’t you, it was the agent.</span>
        </span>
      </p>
      {paths.length > 0 ? (
        <ul className="selectable mt-1 ml-5.5 max-h-34 overflow-y-auto font-mono text-small text-muted">
          {paths.map((path) => (
            <li key={path} className="break-all">
              <Visible text={path} />
            </li>
          ))}
        </ul>
      ) : null}
      {checkpointId ? (
        <div className="mt-1.5 ml-5.5">
          <Button onClick={() => takeBack(checkpointId)}>Take back…</Button>
        </div>
      ) : null}
    </section>
  );
}
