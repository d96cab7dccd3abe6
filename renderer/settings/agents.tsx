import { RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import type { Agent } from "../../shared/contract/agents.ts";
import { attempt } from "../commands/actions.ts";
import { FileProblems } from "./file-problems.tsx";
import { callFailure, rpc } from "../rpc.ts";
import { useAgents } from "../stores/app.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { agentStates } from "../ui/agent-state.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { StateDot } from "../ui/state-dot.tsx";
import { Switch } from "../ui/switch.tsx";

/** Every agent with its state and what is missing; switched on and off, looked at again, explained. */
export function Agents(): React.JSX.Element {
  const agents = useAgents();
  const [busy, setBusy] = useState(false);
  const refresh = async (): Promise<void> => {
    setBusy(true);
    await attempt("The agents were not looked at", () => rpc.agents.refresh({}));
    setBusy(false);
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-2">
        <p className="flex-1 text-muted">Programs that can take a turn, as found on your login shell’s path.</p>
        <Button icon={<RefreshCw className="size-3.5" aria-hidden />} disabled={busy} onClick={() => void refresh()}>
          {busy ? "Looking…" : "Look again"}
        </Button>
      </div>
      <FileProblems
        name="agents.json"
        consequence="An entry that is wrong is passed over. While the file isn't JSON, what it said before holds."
      />
      <ul className="rounded-card border border-line">
        {agents.map((agent) => (
          <AgentLine key={agent.id} agent={agent} />
        ))}
      </ul>
      <ConfigNote />
    </div>
  );
}

function AgentLine({ agent }: { agent: Agent }): React.JSX.Element {
  const [diagnostic, setDiagnostic] = useState<string | null>(null);
  const explain = async (): Promise<void> => {
    if (diagnostic !== null) setDiagnostic(null);
    else
      setDiagnostic(
        (await attempt("The diagnostic could not be made", () => rpc.agents.diagnostic({ id: agent.id })))?.text ?? null,
      );
  };
  const enable = (enabled: boolean): void =>
    void attempt("The agent was not switched", () => rpc.agents.patchConfig({ agents: { [agent.id]: { enabled } } }));
  const install = agent.status === "unavailable" ? agent.installHint : null;
  // Where there is a command that puts it right, the command says it all.
  const help = agent.status === "ready" || agent.status === "loading" || install !== null ? null : agent.reason;
  return (
    <li className="border-b border-line px-3 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <AgentMark agentId={agent.id} />
        <span className="min-w-24 flex-1">
          <span className="font-medium">{agent.label}</span>
          {agent.version ? <span className="ml-2 text-small text-faint">{agent.version}</span> : null}
        </span>
        <span className="inline-flex items-center gap-1.5 text-small text-muted">
          <StateDot state={agentStates[agent.status].dot} />
          {agentStates[agent.status].word}
        </span>
        <span className="inline-flex items-center gap-1 max-tablet:order-last max-tablet:w-full max-tablet:pl-3.5">
          <Button variant="plain" aria-expanded={diagnostic !== null} onClick={() => void explain()}>
            Diagnostic
          </Button>
          <IconButton
            small
            label={`Look at ${agent.label} again`}
            onClick={() => void attempt(`${agent.label} was not looked at`, () => rpc.agents.refresh({ ids: [agent.id] }))}
          >
            <RefreshCw className="size-3.5" aria-hidden />
          </IconButton>
        </span>
        <Switch label={`${agent.label} may be used`} checked={agent.enabled} onChange={enable} />
      </div>
      <p className="selectable mt-0.5 pl-6 text-small break-words text-muted">{agent.description}</p>
      {help ? <p className="selectable mt-1 pl-6 text-small break-words text-changed">{help}</p> : null}
      {install ? (
        <p className="mt-1 pl-6 text-small text-muted" title={agent.reason ?? undefined}>
          Install: <code className="selectable text-text break-all">{install}</code>
        </p>
      ) : null}
      {diagnostic === null ? null : (
        <pre className="selectable mt-2 max-h-64 overflow-auto rounded-control border border-line bg-canvas p-2 whitespace-pre-wrap break-words">
          {diagnostic}
        </pre>
      )}
    </li>
  );
}

/** Where the person's own agents are written down, and which entries of it can't be read. */
function ConfigNote(): React.JSX.Element | null {
  const [note, setNote] = useState<{ path: string } | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const agents = useAgents();
  useEffect(() => {
    let gone = false;
    rpc.agents.config().then(
      (config) => gone || setNote(config),
      (error: unknown) => gone || setFailed(callFailure(error).message),
    );
    return () => {
      gone = true;
    };
  }, [agents]);
  if (failed)
    return (
      <p role="alert" className="text-small text-removed">
        {failed}
      </p>
    );
  if (!note) return null;
  return (
    <div className="selectable text-small text-muted">
      <p>
        More agents, commands and environments: <code className="break-all">{note.path}</code>
      </p>
    </div>
  );
}
