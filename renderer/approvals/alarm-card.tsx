import { useState } from "react";
import type { Alarm } from "../../shared/contract/permissions.ts";
import { goToCheckpoint } from "../commands/actions.ts";
import { Visible } from "../markdown/visible.tsx";
import { callFailure, rpc } from "../rpc.ts";
import { useAgent } from "../stores/app.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Button } from "../ui/button.tsx";

/** Files that changed without a request: taken back, or left so. */
export function AlarmCard({ alarm }: { alarm: Alarm }): React.JSX.Element {
  const [problem, setProblem] = useState<string | null>(null);
  const agentLabel = useAgent(alarm.agentId)?.label ?? alarm.agentId;
  const { checkpointId } = alarm;

  async function dismiss(): Promise<void> {
    setProblem(null);
    try {
      await rpc.permissions.dismissAlarm({ id: alarm.id });
    } catch (error) {
      setProblem(callFailure(error).message);
    }
  }

  return (
    <div
      role="group"
      data-approval={alarm.id}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget && checkpointId)
          goToCheckpoint(alarm.sessionId, checkpointId);
      }}
      aria-label={`${agentLabel} changed files without asking`}
      className="overflow-hidden rounded-card border border-line border-l-removed bg-raised"
    >
      <div className="flex flex-col gap-2 px-3 py-2.5">
        <div className="flex min-w-0 items-start gap-2">
          <AgentMark agentId={alarm.agentId} label={agentLabel} className="mt-0.5" />
          <p className="min-w-0 flex-1 font-semibold">Changed without asking</p>
          <span className="shrink-0 text-small leading-5 text-muted tabular-nums">
            {alarm.paths.length === 1 ? "1 file" : `${alarm.paths.length} files`}
          </span>
        </div>
        {/* Half a line at its end says that there are more. */}
        <ul className="selectable max-h-34 overflow-y-auto font-mono text-small text-muted">
          {alarm.paths.map((path) => (
            <li key={path} className="break-all">
              <Visible text={path} />
            </li>
          ))}
        </ul>
        <div className="flex flex-wrap items-center gap-1.5 pt-0.5">
          {checkpointId ? (
            <Button variant="outline" onClick={() => goToCheckpoint(alarm.sessionId, checkpointId)}>
              Take back…
            </Button>
          ) : null}
          <Button variant="outline" title="Leave the files as they are" onClick={() => void dismiss()}>
            Dismiss
          </Button>
        </div>
        {problem ? (
          <p role="alert" className="text-small text-removed">
            {problem}
          </p>
        ) : null}
      </div>
    </div>
  );
}
