import type { TerminalAgent } from "../../shared/contract/terminal-agent.ts";
import { evidenceText, tuiDots, tuiWords } from "../../shared/tui-words.ts";
import { useAgent } from "../stores/app.ts";
import { openDialog } from "../stores/frame.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { StateDot } from "../ui/state-dot.tsx";

/** Which agent's own program runs in a terminal, what it does, and how that is known. */
export function TuiLine({ agent }: { agent: TerminalAgent }): React.JSX.Element {
  const known = useAgent(agent.id);
  const time = new Date(agent.at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return (
    <div
      data-tui-state={agent.state}
      className="old-when-away @container shrink-0 border-b border-line bg-panel px-3 py-1 text-small text-muted"
    >
      <div className="flex flex-wrap items-center gap-x-2">
        <AgentMark agentId={agent.id} />
        <span className="text-text">{known?.label ?? agent.id}</span>
        <span role="status" className="inline-flex items-center gap-1.5 text-text">
          <StateDot state={tuiDots[agent.state]} />
          <span aria-hidden>{tuiWords[agent.state]}</span>
        </span>
        {/* In a narrow pane it has a row of its own. */}
        <span className="order-last min-w-0 basis-full break-words @min-[44rem]:order-none @min-[44rem]:flex-1 @min-[44rem]:basis-0">
          {evidenceText(agent.evidence)}
        </span>
        <span className="flex-1 @min-[44rem]:hidden" />
        {known?.tui?.hook ? (
          <button
            type="button"
            onClick={() => openDialog({ kind: "agent-hook", agentId: agent.id })}
            className="shrink-0 underline-offset-2 hover:text-text hover:underline touch:py-2"
          >
            Notify hook…
          </button>
        ) : null}
        <time dateTime={agent.at} className="shrink-0 text-faint tabular-nums">
          {time}
        </time>
      </div>
    </div>
  );
}
