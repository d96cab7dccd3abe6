import { RefreshCw } from "lucide-react";
import { useState } from "react";
import type { Agent } from "../../shared/contract/agents.ts";
import { attempt } from "../commands/actions.ts";
import { rpc } from "../rpc.ts";
import { openDialog } from "../stores/frame.ts";
import { agentState, agentTrouble, nextStep } from "../ui/agent-state.ts";
import { CopyButton } from "../markdown/copy-button.tsx";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { StateDot } from "../ui/state-dot.tsx";
import { Switch } from "../ui/switch.tsx";
import { SignIn } from "./sign-in.tsx";
import { AgentKeys } from "./agent-keys.tsx";
import { AgentProof } from "./agent-proof.tsx";
import { AskingFor } from "./asking-for.tsx";
import { InstallAgent } from "../commands/install-agent.tsx";

/** An agent with its state and what is missing; asked, switched on and off, explained, and one's own taken away. */
export function AgentLine({ agent }: { agent: Agent }): React.JSX.Element {
  const state = agentState(agent);
  const [keysShown, setKeysShown] = useState(false);
  const [diagnostic, setDiagnostic] = useState<string | null>(null);
  const [proving, setProving] = useState(false);
  const explain = async (): Promise<void> => {
    if (diagnostic !== null) setDiagnostic(null);
    else
      setDiagnostic(
        (await attempt("The diagnostic could not be made", () => rpc.agents.diagnostic({ id: agent.id })))?.text ?? null,
      );
  };
  const change = (entry: { enabled: boolean } | null): void =>
    void attempt("The agent was not changed", () => rpc.agents.patchConfig({ agents: { [agent.id]: entry } }));
  const hint = agent.status === "unavailable" && agent.install === null ? agent.installHint : null;
  const trouble = agentTrouble(agent);
  const next = nextStep(agent);
  return (
    <li className="border-b border-line px-3 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <AgentMark agentId={agent.id} />
        <span className="min-w-24 flex-1">
          <span className="font-medium">{agent.label}</span>
          {agent.version ? <span className="ml-2 text-small text-faint">{agent.version}</span> : null}
        </span>
        <span className="inline-flex items-center gap-1.5 text-small text-muted">
          <StateDot state={state.dot} />
          {state.word}
          {agent.askingSince === null ? null : <AskingFor since={agent.askingSince} />}
        </span>
        <span className="inline-flex items-center gap-1 max-tablet:order-last max-tablet:w-full max-tablet:pl-3.5">
          {agent.source === "user" ? (
            <Button variant="plain" onClick={() => change(null)}>
              Remove
            </Button>
          ) : null}
          {agent.forPractice ? null : (
            <Button variant="plain" aria-expanded={keysShown} onClick={() => setKeysShown(!keysShown)}>
              Keys
            </Button>
          )}
          {agent.tui?.hook ? (
            <Button variant="plain" onClick={() => openDialog({ kind: "agent-hook", agentId: agent.id })}>
              Notify hook…
            </Button>
          ) : null}
          {agent.found === "yes" ? (
            <Button variant="plain" aria-expanded={proving} onClick={() => setProving(!proving)}>
              What is true
            </Button>
          ) : null}
          <Button variant="plain" aria-expanded={diagnostic !== null} onClick={() => void explain()}>
            Diagnostic
          </Button>
          {agent.found === "yes" ? (
            <IconButton
              small
              label={`Start ${agent.label} and ask it again`}
              disabled={agent.askingSince !== null}
              onClick={() => void attempt(`${agent.label} was not asked`, () => rpc.agents.refresh({ ids: [agent.id] }))}
            >
              <RefreshCw className="size-3.5" aria-hidden />
            </IconButton>
          ) : null}
        </span>
        <Switch label={`${agent.label} may be used`} checked={agent.enabled} onChange={(enabled) => change({ enabled })} />
      </div>
      <p className="selectable mt-0.5 pl-6 text-small break-words text-muted">
        {agent.description}
        <Provenance agent={agent} />
      </p>
      {trouble ? (
        <p className={cx("selectable mt-1 pl-6 text-small break-words", agent.found === "no" ? "text-muted" : "text-changed")}>
          {trouble}
        </p>
      ) : null}
      {next ? <p className="mt-1 pl-6 text-small">{next}</p> : null}
      <InstallAgent agent={agent} />
      <SignIn agent={agent} />
      {keysShown ? <AgentKeys agent={agent} /> : null}
      {hint && !trouble ? (
        <p className="mt-1 pl-6 text-small text-muted" title={agent.reason ?? undefined}>
          Run <code className="selectable text-text break-all">{hint}</code>, then look again.
        </p>
      ) : null}
      {proving ? <AgentProof agent={agent} /> : null}
      {diagnostic === null ? null : (
        <div className="relative mt-2">
          <pre
            tabIndex={0}
            aria-label={`Diagnostic of ${agent.label}`}
            className="selectable max-h-64 overflow-auto rounded-control border border-line bg-canvas p-2 pr-9 whitespace-pre-wrap break-words"
          >
            {diagnostic}
          </pre>
          <CopyButton label="Copy the diagnostic" text={() => diagnostic} className="absolute top-1.5 right-1.5" />
        </div>
      )}
    </li>
  );
}

function Provenance({ agent }: { agent: Agent }): React.JSX.Element | null {
  const { licence, homepage } = agent;
  if (!licence && !homepage) return null;
  return (
    <span className="text-faint">
      {licence ? ` · ${licence}` : null}
      {homepage ? (
        <>
          {" · "}
          <a href={homepage} target="_blank" rel="noreferrer" className="underline underline-offset-2 hover:text-text">
            Website
          </a>
        </>
      ) : null}
    </span>
  );
}
