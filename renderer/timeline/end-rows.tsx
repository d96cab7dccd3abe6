import type { Turn } from "../../shared/contract/chats.ts";
import { steeredReason } from "../../shared/run-state.ts";
import { useSession } from "../stores/app.ts";
import { useAway } from "../stores/connection.ts";
import { adviceFor } from "../stores/failure-advice.ts";
import { PlainText } from "../markdown/plain-text.tsx";
import { Button } from "../ui/button.tsx";
import { StateDot } from "../ui/state-dot.tsx";
import { useTimelineActions } from "./timeline-actions.ts";
import { useQuietFor } from "./use-quiet-for.ts";
import { useNow } from "../ui/use-now.ts";

/** The last row of a run that goes on: what it does or waits for. */
export function StateRow({ turn }: { turn: Turn }): React.JSX.Element {
  const { stop, resume } = useTimelineActions();
  const { run } = turn;
  if (useAway()) return <Line state="none" text="Not known until Hearth answers again" />;
  if (run.notSaved !== undefined) return <NotSaved turn={turn} reason={run.notSaved} />;
  switch (run.status) {
    case "queued":
      return <Line state="idle" text={waitText(run.reason)} />;
    case "starting":
      return <Starting turn={turn} />;
    case "waiting":
      return <Line state="waiting" text="Waits for your answer" />;
    case "paused":
      return (
        <Line state="waiting" text={run.reason ?? "Paused"}>
          <Button onClick={() => resume(run.id)}>Go on</Button>
          <Button variant="plain" onClick={() => stop(run.id)}>
            Stop
          </Button>
        </Line>
      );
    default:
      return <Working turn={turn} />;
  }
}

const slowStartMs = 10_000;

/** Some agents start for a minute and more: it says so, and can be stopped. */
function Starting({ turn: { run } }: { turn: Turn }): React.JSX.Element {
  const { stop, agentLabel } = useTimelineActions();
  const now = useNow();
  const label = agentLabel(run.agentId);
  if (now - Date.parse(run.createdAt) < slowStartMs)
    return <Line state="working" text={`Starting ${label}`} since={run.createdAt} />;
  return (
    <Line state="working" text={`${label} is still starting`} since={run.createdAt}>
      <Button onClick={() => stop(run.id)}>Stop</Button>
    </Line>
  );
}

/** The core's reasons are phrases ("waits for chat 2"); as a line of their own they begin like one. */
function waitText(reason: string | null): string {
  const text = reason?.trim() || "waits for its turn";
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Working({ turn }: { turn: Turn }): React.JSX.Element {
  const { stop } = useTimelineActions();
  const { run } = turn;
  const quietSeconds = useQuietFor(turn);
  if (run.reason) return <Line state="working" text={run.reason} />;
  if (quietSeconds === null) return <Line state="working" text="Working" since={run.createdAt} />;
  return (
    <Line state="working" text={`Quiet for ${quietSeconds} s`}>
      <Button onClick={() => stop(run.id)}>Stop</Button>
    </Line>
  );
}

/** What the run does isn't kept for the moment: it shows only what is, and goes on when the core can write again. */
function NotSaved({ turn, reason }: { turn: Turn; reason: string }): React.JSX.Element {
  const { stop } = useTimelineActions();
  return (
    <Line state="waiting" text={`Can’t save: ${reason}. Trying again.`}>
      <Button onClick={() => stop(turn.run.id)}>Stop</Button>
    </Line>
  );
}

type LineProps = { state: "working" | "waiting" | "idle" | "none"; text: string; since?: string; children?: React.ReactNode };

function Line({ state, text, since, children }: LineProps): React.JSX.Element {
  return (
    <div className="row flex items-center gap-2 text-muted">
      <span className="inline-flex w-4 shrink-0 justify-center">
        <StateDot state={state} />
      </span>
      <span className="min-w-0 truncate">{text}</span>
      {since ? <Elapsed since={since} /> : null}
      {children}
    </div>
  );
}

function Elapsed({ since }: { since: string }): React.JSX.Element | null {
  const seconds = Math.floor((useNow() - Date.parse(since)) / 1_000);
  if (seconds < 2) return null;
  return (
    <span className="text-small text-faint tabular-nums">
      {seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`}
    </span>
  );
}

/** How a run ended that didn't end well: what happened, what it means, the ways on. */
export function OutcomeRow({ turn }: { turn: Turn }): React.JSX.Element {
  const { retry, goOn, editAgain } = useTimelineActions();
  const projectId = useSession(turn.run.sessionId)?.projectId ?? null;
  const { run, timeline } = turn;
  const code = run.error?.code ?? timeline.outcome?.code ?? null;
  const message = run.error?.message ?? timeline.outcome?.message ?? null;
  const advice = code ? adviceFor(code, { projectId }) : null;
  if (run.status === "cancelled") {
    return (
      <div className="row flex flex-wrap items-center gap-x-2 text-muted">
        <span className="inline-flex w-4 shrink-0 justify-center">
          <StateDot state="idle" />
        </span>
        <span className="min-w-24 flex-1 truncate">
          {message ?? (run.stopReason === steeredReason ? "Stopped for the next prompt" : "Stopped")}
        </span>
        <Button variant="plain" onClick={() => editAgain(run)}>
          Edit prompt
        </Button>
        <Button variant="plain" onClick={() => retry(turn)}>
          Send again
        </Button>
      </div>
    );
  }
  const interrupted = run.status === "interrupted";
  return (
    <section
      role="alert"
      className="my-1.5 rounded-card border border-line border-l-removed bg-raised px-3 py-2.5 shadow-[inset_1px_0_0_var(--color-removed)]"
    >
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-semibold text-removed">{interrupted ? "Interrupted" : "The run failed"}</span>
        {code ? <code className="selectable text-small text-muted">{code}</code> : null}
      </p>
      {message ? (
        <PlainText text={message} bounds={{ maxLines: 8, maxChars: 1_200 }} className="mt-0.5 [&_pre]:text-base" />
      ) : null}
      {advice ? <p className="mt-1 text-muted">{advice.sentence}</p> : null}
      <div className="mt-2 flex flex-wrap gap-1.5">
        {interrupted ? <Button onClick={() => goOn(turn)}>Continue</Button> : null}
        <Button onClick={() => retry(turn)}>Retry</Button>
        {advice?.way ? <Button onClick={advice.way.go}>{advice.way.label}</Button> : null}
        <Button variant="plain" onClick={() => editAgain(run)}>
          Edit prompt
        </Button>
      </div>
    </section>
  );
}
