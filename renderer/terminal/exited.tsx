import type { Terminal } from "../../shared/contract/terminals.ts";
import { newTerminal, openAgentTerminal } from "../commands/actions.ts";
import { useAgent } from "../stores/app.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";

/** That a terminal's program has ended, and the ways on: an agent's own program can be started again, or where it was. */
export function Exited({ terminal, exitCode }: { terminal: Terminal; exitCode: number | null }): React.JSX.Element {
  const { sessionId, agent } = terminal;
  const known = useAgent(agent?.id);
  const text = exitCode === null ? "Ended" : exitCode === 0 ? "Ended (exit code 0)" : `Ended with exit code ${exitCode}`;
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line bg-panel py-1 pr-1.5 pl-3 text-muted"
    >
      <p className="min-w-0 flex-1">
        <span aria-hidden className={cx("mr-2", exitCode ? "text-removed" : "text-faint")}>
          {exitCode ? "✕" : "–"}
        </span>
        {text}
      </p>
      {agent && known?.tui?.resumes ? (
        <Button
          title="Goes on in its conversation: the one that it named, or else the last one of this folder"
          onClick={() => void openAgentTerminal(sessionId, agent.id, { instead: terminal.id, resumes: true })}
        >
          Resume
        </Button>
      ) : null}
      {agent ? (
        <Button onClick={() => void openAgentTerminal(sessionId, agent.id, { instead: terminal.id })}>Start again</Button>
      ) : (
        <Button onClick={() => void newTerminal(sessionId)}>Open new terminal</Button>
      )}
    </div>
  );
}
