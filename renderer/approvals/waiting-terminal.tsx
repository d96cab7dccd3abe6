import type { WaitingTerminal } from "../../shared/contract/permissions.ts";
import { evidenceText } from "../../shared/tui-words.ts";
import { showTab } from "../commands/actions.ts";
import { setInboxOpen } from "../stores/frame.ts";
import { useAgent } from "../stores/app.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Button } from "../ui/button.tsx";

/** An agent's own program that waits on its terminal: it is answered there. */
export function WaitingTerminalCard({ waiting }: { waiting: WaitingTerminal }): React.JSX.Element {
  const label = useAgent(waiting.agentId)?.label ?? waiting.agentId;
  function show(): void {
    setInboxOpen(false);
    showTab(waiting.sessionId, { kind: "terminal", id: waiting.id });
  }
  return (
    <section
      data-approval={waiting.id}
      tabIndex={0}
      onKeyDown={(event) => event.key === "Enter" && event.target === event.currentTarget && show()}
      aria-label={`${label} waits for you in its terminal`}
      className="overflow-hidden rounded-card border border-line border-l-accent bg-raised"
    >
      <div className="flex flex-col gap-2 px-3 py-2.5">
        <div className="flex min-w-0 items-start gap-2">
          <AgentMark agentId={waiting.agentId} label={label} className="mt-0.5" />
          <p className="min-w-0 flex-1 font-semibold">Waits for you in its terminal</p>
        </div>
        <p className="text-small break-words text-muted">{evidenceText(waiting.evidence)}</p>
        <Button className="self-start" onClick={show}>
          Go to the terminal
        </Button>
      </div>
    </section>
  );
}
