import { useState } from "react";
import type { AgentInstall } from "../../shared/contract/agent-parts.ts";
import type { EmbeddedModels } from "../../shared/contract/embedded-models.ts";
import { offerText, progressText } from "../../shared/install-words.ts";
import { sizeText } from "../../shared/size-text.ts";
import { attempt } from "../commands/actions.ts";
import { rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";

type Props = { engine: AgentInstall; onChange: (view: EmbeddedModels) => void };

/** What serves embedded models: brought from npm at the person's word, and taken away again. */
export function EmbeddedEngine({ engine, onChange }: Props): React.JSX.Element {
  const [confirming, setConfirming] = useState(false);
  const call = async (title: string, verb: () => Promise<EmbeddedModels>): Promise<void> => {
    setConfirming(false);
    const view = await attempt(title, verb);
    if (view) onChange(view);
  };
  const install = (): void => void call("node-llama-cpp was not installed", () => rpc.embedded.installEngine());
  if (engine.goingBytes !== null) {
    const words = progressText(engine) ?? "";
    return (
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-small">
        <ProgressBar label="Installing node-llama-cpp" value={engine.goingBytes} max={engine.aboutBytes} words={words} />
        <span className="text-muted tabular-nums">{words}</span>
        <Button
          variant="plain"
          onClick={() => void call("The install of node-llama-cpp was not stopped", () => rpc.embedded.stopInstall())}
        >
          Stop
        </Button>
      </div>
    );
  }
  if (engine.installed === null)
    return (
      <div className="flex flex-col gap-1 text-small">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Button onClick={install}>{engine.problem === null ? "Install" : "Try again"}</Button>
          <span className="min-w-48 flex-1 break-words text-muted" title="Into a folder of Hearth’s own">
            {offerText(engine)}
          </span>
        </div>
        {engine.problem === null ? null : (
          <p role="alert" className="selectable break-words text-removed">
            {engine.problem}
          </p>
        )}
      </div>
    );
  return (
    <div className="flex flex-wrap items-center gap-x-1 gap-y-1 text-small">
      <span className="mr-1 text-muted">
        node-llama-cpp {engine.installed.version}, {sizeText(engine.installed.bytes)}
      </span>
      {engine.update === null ? null : <Button onClick={install}>Update to {engine.update}</Button>}
      {confirming ? (
        <Button variant="danger" onClick={() => void call("node-llama-cpp was not removed", () => rpc.embedded.removeEngine())}>
          Remove, and unload all
        </Button>
      ) : (
        <Button variant="plain" className="max-tablet:-ml-2.5" onClick={() => setConfirming(true)}>
          Remove node-llama-cpp
        </Button>
      )}
    </div>
  );
}
