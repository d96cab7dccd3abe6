import { useEffect, useState } from "react";
import type { ProcessInfo } from "../../shared/contract/system.ts";
import { sizeText } from "../../shared/size-text.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { attempt, showTab, stopRuns } from "../commands/actions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { useApp } from "../stores/app.ts";
import { closeDialog } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Popover } from "../ui/popover.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

/** What runs now: runs and terminals with Stop, and every process of Hearth with its session, memory and age. */
export function ProcessesButton({ className }: { className: string }): React.JSX.Element {
  const runs = useApp((state) => state.app?.activeRuns.length ?? 0);
  const terminals = useApp((state) => state.app?.terminals.filter((terminal) => terminal.status === "running").length ?? 0);
  return (
    <Popover
      label="Running processes"
      side="top"
      align="end"
      className="w-120 p-0"
      trigger={
        <button type="button" className={className}>
          {runs > 0 ? `${runs === 1 ? "1 run" : `${runs} runs`} · ` : ""}
          {terminals > 0 ? `${terminals === 1 ? "1 terminal" : `${terminals} terminals`} · ` : ""}
          Processes
        </button>
      }
    >
      <Processes />
    </Popover>
  );
}

/** The same by command: a phone has no status bar. */
export function ProcessesDialog(): React.JSX.Element {
  return (
    <Dialog title="Processes" width="34rem" onClose={() => closeDialog("processes")}>
      <div className="-mx-3">
        <Processes />
      </div>
    </Dialog>
  );
}

function Processes(): React.JSX.Element {
  const runs = useApp((state) => state.app?.activeRuns) ?? [];
  const terminals = (useApp((state) => state.app?.terminals) ?? []).filter((terminal) => terminal.status === "running");
  const sessions = useApp((state) => state.app?.sessions) ?? [];
  const agents = useApp((state) => state.app?.agents) ?? [];
  const titleOf = (id: string): string => sessions.find((session) => session.id === id)?.title || "New session";
  return (
    <div className="flex max-h-96 flex-col overflow-y-auto">
      {runs.length + terminals.length > 0 ? (
        <ul className="border-b border-line p-1">
          {runs.map((run) => (
            <Line
              key={run.id}
              label={`${agents.find((agent) => agent.id === run.agentId)?.label ?? run.agentId} ${run.status}`}
              note={titleOf(run.sessionId)}
              onOpen={() => showTab(run.sessionId, { kind: "chat", id: run.chatId })}
              onStop={() => void stopRuns(run.chatId)}
            />
          ))}
          {terminals.map((terminal) => (
            <Line
              key={terminal.id}
              label={terminal.title || "Terminal"}
              note={titleOf(terminal.sessionId)}
              onOpen={() => showTab(terminal.sessionId, { kind: "terminal", id: terminal.id })}
              onStop={() => void attempt("The terminal was not ended", () => rpc.terminals.close({ id: terminal.id }))}
            />
          ))}
        </ul>
      ) : null}
      <ProcessTable titleOf={titleOf} />
    </div>
  );
}

function Line({
  label,
  note,
  onOpen,
  onStop,
}: {
  label: string;
  note: string;
  onOpen: () => void;
  onStop: () => void;
}): React.JSX.Element {
  return (
    <li className="row flex items-center gap-2 rounded-control pl-1 hover:bg-hover">
      <button
        type="button"
        onClick={onOpen}
        className="flex min-w-0 flex-1 items-baseline gap-2 self-stretch rounded-control px-1 py-1 text-left"
      >
        <span className="max-w-3/5 shrink-0 truncate">{label}</span>
        <span className="min-w-0 truncate text-small text-faint">{note}</span>
      </button>
      <Button variant="plain" onClick={onStop}>
        Stop
      </Button>
    </li>
  );
}

function ProcessTable({ titleOf }: { titleOf: (id: string) => string }): React.JSX.Element {
  const [list, setList] = useState<{ processes: ProcessInfo[]; atMs: number } | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  useEffect(() => {
    let gone = false;
    const load = (): void =>
      void rpc.system.processes().then(
        (processes) => gone || setList({ processes, atMs: Date.now() }),
        (error: unknown) => gone || setFailure(callFailure(error)),
      );
    load();
    const timer = setInterval(load, 3_000);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, []);
  if (failure && !list)
    return (
      <p role="alert" className="p-3 text-removed">
        {failure.message}
      </p>
    );
  if (!list) return <Skeleton rows={3} className="p-2" label="Loading processes" />;
  const someUnproved = list.processes.some((process) => process.unproved);
  return (
    <table className="selectable w-full text-small tabular-nums">
      <thead className="text-faint">
        <tr>
          <th className="px-3 pt-2 pb-1 text-left font-normal">Process</th>
          <th className="pt-2 pb-1 text-left font-normal">Session</th>
          <th className="pt-2 pb-1 pl-2 text-right font-normal max-tablet:pr-3">Memory</th>
          <th className="pt-2 pb-1 pl-2 text-right font-normal max-tablet:hidden">CPU</th>
          <th className="px-3 pt-2 pb-1 text-right font-normal max-tablet:hidden">Age</th>
          {someUnproved ? <td /> : null}
        </tr>
      </thead>
      <tbody>
        {list.processes.map((process) => (
          <ProcessRow key={process.pid} process={process} ageMs={list.atMs - Date.parse(process.startedAt)} titleOf={titleOf} />
        ))}
      </tbody>
      {someUnproved ? <caption className="caption-bottom px-3 pt-1 pb-2 text-left text-muted">{unprovedText}</caption> : null}
    </table>
  );
}

function end(pid: number): Promise<unknown> {
  return attempt("The process was not ended", () => rpc.system.endProcess({ pid }));
}

type RowProps = { process: ProcessInfo; ageMs: number; titleOf: (id: string) => string };

const unprovedText = "Left behind? An earlier Hearth seems to have left it, which can’t be proved. It runs on until you end it.";

function ProcessRow({ process, ageMs, titleOf }: RowProps): React.JSX.Element {
  const sessions = process.sessionIds.map(titleOf).join(", ");
  return (
    <tr className="h-7 whitespace-nowrap hover:bg-hover">
      <td className="max-w-36 truncate pr-2 pl-3 max-tablet:max-w-28" title={`${process.label}, pid ${process.pid}`}>
        {visibleText(process.label)}
      </td>
      <td className="max-w-28 truncate text-muted max-tablet:max-w-24" title={process.unproved ? undefined : sessions}>
        {process.unproved ? "Left behind?" : sessions === "" ? <span className="text-faint">–</span> : sessions}
      </td>
      <td className="pl-2 text-right text-muted max-tablet:pr-3">
        {process.memoryBytes === null ? "–" : sizeText(process.memoryBytes)}
      </td>
      <td className="pl-2 text-right text-muted max-tablet:hidden">
        {process.cpuPercent === null ? "–" : `${Math.round(process.cpuPercent)} %`}
      </td>
      <td className="px-3 text-right text-muted max-tablet:hidden">{ageText(ageMs)}</td>
      {process.unproved ? (
        <td className="pr-2 text-right">
          <Button
            variant="plain"

            aria-label={`End ${visibleText(process.label)}`}
            onClick={() => void end(process.pid)}
          >
            End
          </Button>
        </td>
      ) : null}
    </tr>
  );
}

/** 5_000 → "5 s", 190_000 → "3 min", 7_500_000 → "2 h". */
function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
