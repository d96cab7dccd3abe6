import { useState } from "react";
import type { AgentInstall } from "../../shared/contract/agent-parts.ts";
import type { Agent } from "../../shared/contract/agents.ts";
import { offerText, progressText } from "../../shared/install-words.ts";
import { sizeText } from "../../shared/size-text.ts";
import { callFailure, rpc } from "../rpc.ts";
import { attempt } from "./actions.ts";
import { Button } from "../ui/button.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";

type Call = (input: { id: string }) => Promise<Agent>;

/** What Hearth can do about an agent that comes from npm: bring it, bring it up to date, take it away. */
export function InstallAgent({ agent }: { agent: Agent }): React.JSX.Element | null {
  const { install } = agent;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const call = async (verb: Call): Promise<Agent | null> => {
    setBusy(true);
    setProblem(null);
    setSaid(null);
    try {
      return await verb({ id: agent.id });
    } catch (error) {
      setProblem(callFailure(error).message);
      return null;
    } finally {
      setBusy(false);
    }
  };
  const look = async (): Promise<void> => {
    const looked = await call(rpc.agents.lookForUpdate);
    if (looked?.install?.update === null) setSaid("There is no newer version.");
  };
  if (!install) return null;
  const begin = (): void => void call(rpc.agents.install);
  const stop = (): void =>
    void attempt(`The install of ${agent.label} was not stopped`, () => rpc.agents.stopInstall({ id: agent.id }));
  const isOffered = install.installed === null && agent.found !== "yes";
  if (install.goingBytes === null && install.installed === null && !isOffered) return null;
  return (
    <div className="mt-1.5 flex flex-col gap-1 pl-6 text-small">
      {install.goingBytes !== null ? (
        <Going agent={agent} install={install} onStop={stop} />
      ) : isOffered ? (
        <Offer install={install} onInstall={begin} />
      ) : (
        <Here
          agent={agent}
          busy={busy}
          onUpdate={begin}
          onLook={() => void look()}
          onRemove={() => void call(rpc.agents.uninstall)}
        />
      )}
      {said === null ? null : (
        <p role="status" className="text-muted">
          {said}
        </p>
      )}
      {install.goingBytes === null ? <Problem text={install.problem ?? problem} /> : null}
    </div>
  );
}

function Offer({ install, onInstall }: { install: AgentInstall; onInstall: () => void }): React.JSX.Element {
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Button onClick={onInstall}>{install.problem === null ? "Install" : "Try again"}</Button>
      <span className="min-w-48 flex-1 break-words text-muted" title="Into a folder of Hearth’s own">
        {offerText(install)}
      </span>
    </div>
  );
}

function Going({ agent, install, onStop }: { agent: Agent; install: AgentInstall; onStop: () => void }): React.JSX.Element {
  const words = progressText(install) ?? "";
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <ProgressBar label={`Installing ${agent.label}`} value={install.goingBytes ?? 0} max={install.aboutBytes} words={words} />
      <span className="text-muted tabular-nums">{words}</span>
      <Button variant="plain" onClick={onStop}>
        Stop
      </Button>
    </div>
  );
}

type HereProps = { agent: Agent; busy: boolean; onUpdate: () => void; onLook: () => void; onRemove: () => void };

/** What is installed: whether it is the one that is used, how much room it takes, and what is newer. */
function Here({ agent, busy, onUpdate, onLook, onRemove }: HereProps): React.JSX.Element | null {
  const installed = agent.install?.installed;
  if (!installed) return null;
  const update = agent.install?.update ?? null;
  const size = sizeText(installed.bytes);
  return (
    <div className="flex flex-wrap items-center gap-x-1 gap-y-1">
      <span className="mr-1 min-w-0 break-words text-muted">
        {installed.used
          ? `Installed by Hearth, ${size}`
          : `Your own is used: ${agent.path ?? "none"}. Hearth’s ${installed.version} (${size}) isn’t.`}
      </span>
      {update === null ? (
        <Button variant="plain" disabled={busy} onClick={onLook}>
          {busy ? "Looking…" : "Look for an update"}
        </Button>
      ) : (
        <Button disabled={busy} title="What runs goes on with the version that it has" onClick={onUpdate}>
          Update to {update}
        </Button>
      )}
      <Button variant="plain" disabled={busy} onClick={onRemove}>
        Remove {agent.label}
      </Button>
    </div>
  );
}

function Problem({ text }: { text: string | null }): React.JSX.Element | null {
  if (text === null) return null;
  return (
    <p role="alert" className="selectable break-words text-removed">
      {text}
    </p>
  );
}
