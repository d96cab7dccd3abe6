import { useState } from "react";
import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import { promptText } from "../../shared/prompt.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useAgents, useApp, useSessionChats } from "../stores/app.ts";
import { showCheckpoint, useShownCheckpoint } from "../stores/shown-checkpoint.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { toast } from "../ui/toast.tsx";
import { Comparison } from "./comparison.tsx";
import { RestorePanel } from "./restore-panel.tsx";
import { useFetched } from "../stores/use-fetched.ts";
import { askedOf, byDay, kindOf, nameOf, timeOf, type Runs } from "./format.ts";

/** The session's checkpoints: compare them with each other or with now, restore one, take one by hand. */
export function HistoryTab({ sessionId, active }: { sessionId: string; active: boolean }): React.JSX.Element {
  const version = useApp((state) => state.checkpointsVersion[sessionId] ?? 0);
  const list = useFetched(sessionId, active ? `${version}` : null, () => rpc.checkpoints.list({ id: sessionId }));
  const shown = useShownCheckpoint((all) => all[sessionId] ?? null);
  const selectedId = shown?.id ?? null;
  const runs = useRuns(sessionId, active, version);

  if (list.kind === "failed")
    return (
      <ErrorState
        title="The checkpoints couldn’t be read"
        action={<Button onClick={list.again}>Try again</Button>}
        details={`${list.failure.code}: ${list.failure.message}`}
      >
        They are on the disk still.
      </ErrorState>
    );
  const checkpoints = list.kind === "ready" ? list.value : [];
  const selected = checkpoints.find((checkpoint) => checkpoint.id === selectedId) ?? null;
  return (
    <div className="@container flex h-full min-h-0 flex-col bg-canvas">
      <TakeForm sessionId={sessionId} />
      <div className="flex min-h-0 flex-1 flex-col @3xl:flex-row">
        <nav
          aria-label="Checkpoints"
          className={cx(
            "min-h-0 flex-1 overflow-y-auto",
            selected && "max-h-2/5 @3xl:max-h-none @3xl:max-w-80 @3xl:border-r @3xl:border-line",
          )}
        >
          {list.kind === "loading" ? <Skeleton rows={6} className="p-2" label="Reading checkpoints" /> : null}
          {list.kind === "ready" && checkpoints.length === 0 ? (
            <EmptyState>A checkpoint is taken before and after every run. There is none yet.</EmptyState>
          ) : null}
          {byDay(checkpoints).map(({ day, checkpoints: ofDay }) => (
            <section key={day} aria-label={day}>
              <h2 className="px-3 pt-2 pb-0.5 text-small text-faint">{day}</h2>
              <ul>
                {ofDay.map((checkpoint) => (
                  <Row
                    key={checkpoint.id}
                    checkpoint={checkpoint}
                    runs={runs}
                    selected={checkpoint.id === selectedId}
                    onSelect={() =>
                      showCheckpoint(sessionId, checkpoint.id === selectedId ? null : { id: checkpoint.id, restoring: false })
                    }
                  />
                ))}
              </ul>
            </section>
          ))}
        </nav>
        {selected ? (
          <Detail
            key={`${selected.id} ${shown?.toId ?? now}`}
            checkpoint={selected}
            beside={shown?.toId ?? now}
            restoring={shown?.restoring === true}
            others={checkpoints}
            runs={runs}
          />
        ) : null}
      </div>
    </div>
  );
}

/** The session's runs, for the names of the checkpoints around them. */
function useRuns(sessionId: string, active: boolean, version: number): Runs {
  const chatIds = useSessionChats(sessionId).map((chat) => chat.id);
  const runs = useFetched(`runs ${sessionId}`, active ? `${version} ${chatIds.join()}` : null, async () => {
    const lists = await Promise.all(chatIds.map((chatId) => rpc.runs.list({ chatId, limit: 500 })));
    return Object.fromEntries(
      lists.flat().map((run) => [run.id, { agentId: run.agentId, asked: promptText(run.prompt).trim().split("\n", 1)[0] ?? "" }]),
    );
  });
  return runs.kind === "ready" ? runs.value : {};
}

type RowProps = { checkpoint: Checkpoint; runs: Runs; selected: boolean; onSelect: () => void };

function Row({ checkpoint, runs, selected, onSelect }: RowProps): React.JSX.Element {
  const agentId = checkpoint.runId === null ? null : (runs[checkpoint.runId]?.agentId ?? null);
  const agent = useAgents().find((known) => known.id === agentId);
  const asked = checkpoint.label ? null : askedOf(checkpoint, runs);
  return (
    <li>
      <button
        type="button"
        aria-pressed={selected}
        onClick={onSelect}
        className={cx(
          "row flex w-full items-center gap-2 px-3 text-left -outline-offset-2 hover:bg-hover",
          selected && "bg-selected",
        )}
      >
        <time dateTime={checkpoint.createdAt} className="shrink-0 text-small text-faint tabular-nums">
          {timeOf(checkpoint.createdAt)}
        </time>
        <span
          className={cx("min-w-0 flex-1 truncate", checkpoint.label && "font-medium")}
          title={checkpoint.label ? kindOf(checkpoint) : asked?.prompt}
        >
          {asked ? (
            <>
              {/* One width for both words, so that the prompts stand in a column. */}
              <span className="inline-block w-12 text-muted">{asked.when}</span>
              {asked.prompt}
            </>
          ) : (
            nameOf(checkpoint)
          )}
        </span>
        {checkpoint.skipped.length > 0 ? (
          <span className="shrink-0 text-small text-faint">{checkpoint.skipped.length} left out</span>
        ) : null}
        {agentId ? <AgentMark agentId={agentId} label={agent?.label ?? agentId} /> : null}
      </button>
    </li>
  );
}

const now = "now";

/** `beside`: what it is compared with at first. */
type DetailProps = { checkpoint: Checkpoint; beside: string; restoring: boolean; others: readonly Checkpoint[]; runs: Runs };

function Detail({ checkpoint, beside, restoring, others, runs }: DetailProps): React.JSX.Element {
  const [toId, setToId] = useState(beside);
  const setRestoring = (next: boolean): void =>
    showCheckpoint(checkpoint.sessionId, { id: checkpoint.id, restoring: next, ...(beside === now ? {} : { toId: beside }) });
  const busy = useApp((state) =>
    (state.app?.activeRuns ?? []).some((run) => run.sessionId === checkpoint.sessionId && run.status !== "queued"),
  );
  const version = useApp(
    (state) => (state.changesVersion[checkpoint.sessionId] ?? 0) + (state.checkpointsVersion[checkpoint.sessionId] ?? 0),
  );
  const targets = [
    { value: now, label: "files now" },
    ...others
      .filter((other, index) => other.id !== checkpoint.id && (index < 60 || other.id === beside))
      .map((other) => ({ value: other.id, label: nameOf(other, runs), hint: timeOf(other.createdAt) })),
  ];
  return (
    <section
      aria-label={`Checkpoint: ${nameOf(checkpoint, runs)}`}
      className="flex min-h-0 min-w-0 flex-2 flex-col border-t border-line @3xl:border-t-0"
    >
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
        <span className="text-muted">Compare with</span>
        <Select label="Compare with" value={toId} options={targets} onChange={setToId} />
        <span className="flex-1" />
        <Button aria-expanded={restoring} onClick={() => setRestoring(!restoring)}>
          Restore files…
        </Button>
      </header>
      {restoring ? (
        <RestorePanel checkpoint={checkpoint} busy={busy} version={version} onDone={() => setRestoring(false)} />
      ) : null}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Comparison fromId={checkpoint.id} toId={toId === now ? null : toId} version={version} />
      </div>
    </section>
  );
}

function TakeForm({ sessionId }: { sessionId: string }): React.JSX.Element {
  const [label, setLabel] = useState("");
  const [going, setGoing] = useState(false);

  async function take(): Promise<void> {
    setGoing(true);
    try {
      await rpc.checkpoints.create({ id: sessionId, ...(label.trim() ? { label: label.trim() } : {}) });
      setLabel("");
    } catch (error) {
      toast({ title: "No checkpoint was taken", detail: callFailure(error).message, tone: "failed" });
    } finally {
      setGoing(false);
    }
  }

  return (
    <form
      className="flex items-center gap-2 border-b border-line px-3 py-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        void take();
      }}
    >
      <Input
        aria-label="Label of the checkpoint"
        placeholder="Label (optional)"
        maxLength={200}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
        className="max-w-72 min-w-0 flex-1"
      />
      <Button type="submit" disabled={going}>
        Take checkpoint
      </Button>
    </form>
  );
}
