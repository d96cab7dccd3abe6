import { RefreshCw } from "lucide-react";
import { shelvesOf } from "../../shared/agent-shelves.ts";
import type { Agent } from "../../shared/contract/agents.ts";
import { useLookForAgents } from "../commands/use-look-for-agents.ts";
import { agentState, agentTrouble } from "../ui/agent-state.ts";
import { useAgents } from "../stores/app.ts";
import { openPage } from "../stores/frame.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { InstallAgent } from "../commands/install-agent.tsx";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { StateDot } from "../ui/state-dot.tsx";

/** The agents of this machine, each with its state and what is missing, and a few to begin with. Nothing is started. */
export function FoundAgents(): React.JSX.Element {
  const { here, known, others } = shelvesOf(useAgents().filter((agent) => agent.enabled));
  const { busy, look } = useLookForAgents();
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
        {[...here, ...known].map((agent) => (
          <FoundAgent key={agent.id} agent={agent} />
        ))}
      </ul>
      {others.length > 0 ? (
        <Button variant="plain" className="mt-1 text-muted" onClick={() => openPage({ kind: "settings", section: "agents" })}>
          All agents…
        </Button>
      ) : null}
    </div>
  );
}

function FoundAgent({ agent }: { agent: Agent }): React.JSX.Element {
  const state = agentState(agent);
  const hint = agent.status === "unavailable" && agent.install === null ? agent.installHint : null;
  const trouble = agentTrouble(agent);
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
      {trouble ? <p className="selectable pl-6 text-small break-words text-muted">{trouble}</p> : null}
      {agent.found === "yes" ? null : <InstallAgent agent={agent} />}
      {hint && !trouble ? (
        <p className="pl-6 text-small text-muted" title={agent.reason ?? undefined}>
          Install: <code className="selectable text-code break-all">{hint}</code>
        </p>
      ) : null}
    </li>
  );
}
