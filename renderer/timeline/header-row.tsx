import { History, RotateCcw, Split } from "lucide-react";
import { memo, useLayoutEffect, useRef, type RefObject } from "react";
import type { Turn } from "../../shared/contract/chats.ts";
import { isGoing } from "../stores/chat-state.ts";
import { CopyButton } from "../markdown/copy-button.tsx";
import { AgentMark } from "../ui/agent-mark.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { tokensText } from "../ui/tokens-text.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { useTimelineActions } from "./timeline-actions.ts";
import { turnMarkdown } from "./turn-markdown.ts";
import { checkpointBefore } from "./turn-rows.ts";
import { costText, durationText, msBetween, speedText } from "./format.ts";

/** Who answers, with which model, in what time; what it cost on hovering over the time. */
export function HeaderRow({ turn }: { turn: Turn }): React.JSX.Element {
  const { agentLabel, modelLabel } = useTimelineActions();
  const { run } = turn;
  const latest = useRef(turn);
  useLayoutEffect(() => void (latest.current = turn), [turn]);
  const label = agentLabel(run.agentId);
  const modelId = run.resolvedModelId ?? run.requestedModelId;
  const total = run.timings.total ?? (run.endedAt ? msBetween(run.createdAt, run.endedAt) : null);
  return (
    <header className="group/turn relative flex h-7 items-center gap-1.5 pt-2 text-small text-muted">
      <AgentMark agentId={run.agentId} />
      {/* A model's long name gives way first. */}
      <span className="max-w-1/2 shrink-0 truncate font-semibold text-text">{label}</span>
      {modelId ? <Dotted yields={isGoing(run) && turn.reading !== undefined}>{modelLabel(run.agentId, modelId)}</Dotted> : null}
      {total !== null && !isGoing(run) ? (
        <Tooltip label={<Costs turn={turn} />}>
          <span tabIndex={0} className="shrink-0 rounded-mark">
            <span aria-hidden>· </span>
            {durationText(total)}
          </span>
        </Tooltip>
      ) : null}
      <Spent turn={turn} />
      <Pace turn={turn} />
      <span className="flex-1" />
      <TurnButtons turn={latest} label={label} going={isGoing(run)} before={checkpointBefore(turn)} />
    </header>
  );
}

type ButtonsProps = { turn: RefObject<Turn>; label: string; going: boolean; before: string | null };

/** What can be done with the turn; not drawn anew with each piece of its answer. */
const TurnButtons = memo(function TurnButtons({ turn, label, going, before }: ButtonsProps): React.JSX.Element {
  const { retry, takeBack, fork, idle } = useTimelineActions();
  return (
    <span className="absolute right-0 flex bg-canvas pl-1 opacity-0 transition-opacity group-focus-within/turn:opacity-100 group-hover/turn:opacity-100 touch:static touch:opacity-100">
      <CopyButton label="Copy turn as Markdown" text={() => turnMarkdown(turn.current, label)} />
      {going || before === null ? null : (
        <IconButton label="Restore the files from before this turn…" small onClick={() => takeBack(before)}>
          <History className="size-3.5" aria-hidden />
        </IconButton>
      )}
      {going ? null : (
        <IconButton label="Fork: go on from here in another chat" small onClick={() => fork(turn.current)}>
          <Split className="size-3.5" aria-hidden />
        </IconButton>
      )}
      {going ? null : (
        <IconButton
          label={idle ? "Send the prompt again" : "Send the prompt again, after the run that is going"}
          small
          onClick={() => retry(turn.current)}
        >
          <RotateCcw className="size-3.5" aria-hidden />
        </IconButton>
      )}
    </span>
  );
});

/** While the turn goes on: how far its model has read the prompt, or how fast it wrote last, where the server tells. */
function Pace({ turn: { run, timeline, reading } }: { turn: Turn }): React.JSX.Element | null {
  if (!isGoing(run)) return null;
  if (reading && reading.total > 0) {
    const percent = Math.floor((Math.min(reading.read, reading.total) / reading.total) * 100);
    if (reading.what === "model") return <Figure>{`Loading the model: ${percent} %`}</Figure>;
    return <Figure>{`Reading the prompt: ${percent} % of ${tokensText(reading.total)} tokens`}</Figure>;
  }
  const speed = timeline.usage?.tokensPerSecond;
  return speed ? <Figure>{speedText(speed)}</Figure> : null;
}

function Figure({ children }: { children: string }): React.JSX.Element {
  return (
    <span className="shrink-0 whitespace-nowrap text-faint tabular-nums">
      <span aria-hidden>· </span>
      {children}
    </span>
  );
}

/** Beside the time while the pointer or the focus is on the turn's head: the particulars are behind the time. */
function Spent({ turn: { run, timeline } }: { turn: Turn }): React.JSX.Element | null {
  const usage = run.usage ?? timeline.usage;
  const tokens = (usage?.input ?? 0) + (usage?.output ?? 0);
  const words = [tokens > 0 ? `${tokensText(tokens)} tokens` : null, usage?.cost ? costText(usage.cost) : null].filter(Boolean);
  if (words.length === 0 || isGoing(run)) return null;
  return (
    <span className="hidden min-w-0 truncate text-faint opacity-0 transition-opacity group-focus-within/turn:opacity-100 group-hover/turn:opacity-100 @min-[480px]:inline">
      <span aria-hidden>· </span>
      {words.join(" · ")}
    </span>
  );
}

/** `yields`: on a phone something else needs its room. */
function Dotted({ yields, children }: { yields: boolean; children: string }): React.JSX.Element {
  return (
    <span className={cx("min-w-0 truncate", yields && "max-tablet:hidden")}>
      <span aria-hidden>· </span>
      {children}
    </span>
  );
}

const beginnings = {
  warm: "Went on in its open session",
  new: "Began a new session",
  resumed: "Resumed its session",
  loaded: "Loaded its session from its history",
  "memory-lost": "Its earlier memory of this chat was lost",
};

function Costs({ turn: { run, timeline } }: { turn: Turn }): React.JSX.Element {
  const usage = run.usage ?? timeline.usage;
  const lines: [string, string][] = [];
  const tokens = (name: string, count: number | null | undefined): void => {
    if (count) lines.push([name, tokensText(count)]);
  };
  tokens("Input", usage?.input);
  tokens("from cache", usage?.cached);
  tokens("Output", usage?.output);
  tokens("Reasoning", usage?.reasoning);
  if (usage?.cost) lines.push(["Cost", costText(usage.cost)]);
  if (usage?.contextUsed && usage.contextSize)
    lines.push(["Context", `${Math.round((usage.contextUsed / usage.contextSize) * 100)} % of ${tokensText(usage.contextSize)}`]);
  if (usage?.tokensPerSecond) lines.push(["Speed", speedText(usage.tokensPerSecond)]);
  if (run.timings.firstToken) lines.push(["First words after", durationText(run.timings.firstToken)]);
  return (
    <div className="py-0.5">
      {timeline.started ? <p className="pb-1">{beginnings[timeline.started]}</p> : null}
      <dl className="grid grid-cols-[auto_auto] gap-x-4 tabular-nums">
        {lines.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
      </dl>
      {lines.length === 0 ? <p className="text-muted">The agent told no usage.</p> : null}
    </div>
  );
}
