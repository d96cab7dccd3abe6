import { attempt, showTab, stopRuns } from "../commands/actions.ts";
import { focusInPane } from "../commands/focus-pane.ts";
import { useApp } from "../stores/app.ts";
import { Button } from "../ui/button.tsx";
import { PageFrame } from "../ui/page-frame.tsx";
import { Popover } from "../ui/popover.tsx";
import { rpc } from "../rpc.ts";
import { ProcessTable } from "./process-table.tsx";

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
      <div className="max-h-96 overflow-y-auto">
        <Processes />
      </div>
    </Popover>
  );
}

/** The same by command: a phone has no status bar. */
export function ProcessesPage(): React.JSX.Element {
  return (
    <PageFrame title="Processes" onClose={focusInPane}>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-184 px-2 py-4">
          <Processes />
        </div>
      </div>
    </PageFrame>
  );
}

function Processes(): React.JSX.Element {
  const runs = useApp((state) => state.app?.activeRuns) ?? [];
  const terminals = (useApp((state) => state.app?.terminals) ?? []).filter((terminal) => terminal.status === "running");
  const sessions = useApp((state) => state.app?.sessions) ?? [];
  const agents = useApp((state) => state.app?.agents) ?? [];
  const titleOf = (id: string): string => sessions.find((session) => session.id === id)?.title || "New session";
  return (
    <div className="flex flex-col">
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
