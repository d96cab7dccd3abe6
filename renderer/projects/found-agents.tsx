import { RefreshCw } from "lucide-react";
import { useState } from "react";
import type { Agent } from "../../shared/contract/agents.ts";
import { attempt } from "../commands/actions.ts";
import { rpc } from "../rpc.ts";
import { useAgents } from "../stores/app.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { agentStates } from "../ui/agent-state.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { StateDot } from "../ui/state-dot.tsx";

/** The agents of this machine, each with its state and what is missing. */
export function FoundAgents(): React.JSX.Element {
  const agents = useAgents().filter((agent) => agent.enabled);
  const [busy, setBusy] = useState(false);
  const look = async (): Promise<void> => {
    setBusy(true);
    await attempt("The agents were not looked for", () => rpc.agents.refresh({}));
    setBusy(false);
  };
  return (
    <div className="relative">
      <IconButton
        label="Look again"
        className="absolute right-0 bottom-full mb-1 touch:mb-0"
        disabled={busy}
        onClick={() => void look()}
      >
        <RefreshCw className="size-3.5" aria-hidden />
      </IconButton>
      <ul className="rounded-card border border-line bg-raised">
        {agents.map((agent) => (
          <FoundAgent key={agent.id} agent={agent} />
        ))}
      </ul>
    </div>
  );
}

function FoundAgent({ agent }: { agent: Agent }): React.JSX.Element {
  const state = agentStates[agent.status];
  const hint = agent.status === "unavailable" ? agent.installHint : null;
  // Where there is a command that puts it right, the command says it all.
  const missing = agent.status === "ready" || agent.status === "loading" || hint !== null ? null : agent.reason;
  return (
    <li className="border-b border-line px-3 py-1.5 last:border-b-0">
      <p className="flex items-center gap-2">
        <AgentMark agentId={agent.id} />
        <span className="min-w-0 flex-1 truncate">
          <span className="font-medium">{agent.label}</span>
          {agent.version ? <span className="ml-2 text-small text-faint">{agent.version}</span> : null}
        </span>
        <span className="inline-flex shrink-0 items-center gap-1.5 text-small text-muted">
          <StateDot state={state.dot} />
          {state.word}
        </span>
      </p>
      {missing ? <p className="selectable pl-6 text-small break-words text-muted">{missing}</p> : null}
      {hint ? (
        <p className="pl-6 text-small text-muted" title={agent.reason ?? undefined}>
          Install: <code className="selectable text-code break-all">{hint}</code>
        </p>
      ) : null}
    </li>
  );
}
