import { useState } from "react";
import type { EmbeddedModel, EmbeddedModels } from "../../shared/contract/embedded-models.ts";
import type { LocalModel } from "../../shared/contract/models.ts";
import { sizeText } from "../../shared/size-text.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { StateDot } from "../ui/state-dot.tsx";
import { EmbeddedModelForm } from "./embedded-model-form.tsx";
import { loadWords, standOf } from "./embedded-words.ts";
import type { ChangeModels } from "./model-endpoint-card.tsx";
import { ModelLine } from "./model-line.tsx";

/** Whether it was done; what went wrong stands with the model, where it is known there. */
export type ChangeEmbedded = (title: string, call: () => Promise<EmbeddedModels>) => Promise<boolean>;

type Props = { model: EmbeddedModel; local: LocalModel; onChange: ChangeModels; onEmbedded: ChangeEmbedded };

/** A model that Hearth serves: its file, how it stands, and loading, unloading, changing and removing it. */
export function EmbeddedModelLine({ model, local, onChange, onEmbedded }: Props): React.JSX.Element {
  const [editing, setEditing] = useState(false);
  const { id, state, progress, file, fileBytes, problem } = model;
  const name = visibleText(model.name);
  const { dot, word } = standOf(model);
  const load = (anyway: boolean): void =>
    void onEmbedded(`${name} was not loaded`, () => rpc.embedded.load({ id, ...(anyway ? { anyway } : {}) }));
  const unload = (): void => void onEmbedded(`${name} was not unloaded`, () => rpc.embedded.unload({ id }));
  const isLoaded = state === "loading" || state === "loaded";
  const actions = (
    <>
      <Button
        variant="plain"
        aria-label={isLoaded ? `${state === "loading" ? "Stop loading" : "Unload"} ${name}` : `Load ${name}`}
        onClick={() => (isLoaded ? unload() : load(false))}
      >
        {state === "loading" ? "Stop" : state === "loaded" ? "Unload" : "Load"}
      </Button>
      <Button variant="plain" aria-label={`Change ${name}`} aria-expanded={editing} onClick={() => setEditing(!editing)}>
        Change
      </Button>
      <Button
        variant="plain"
        aria-label={`Remove ${name}`}
        title="Its file stays"
        onClick={() => void onEmbedded(`${name} was not removed`, () => rpc.embedded.remove({ id }))}
      >
        Remove
      </Button>
    </>
  );
  return (
    <ModelLine model={local} onChange={onChange} actions={actions}>
      <p className="selectable text-small break-words text-muted">{loadWords(model)}</p>
      <p className="text-small text-faint">
        <code className="selectable break-all">{visibleText(file)}</code>
        {fileBytes === undefined ? null : fileBytes === null ? " · gone" : ` · ${sizeText(fileBytes)}`}
      </p>
      <p className="mt-0.5 inline-flex flex-wrap items-center gap-x-2 gap-y-1 text-small text-muted">
        <span className="inline-flex items-center gap-1.5 tabular-nums">
          <StateDot state={dot} />
          {word}
        </span>
        {state === "loading" ? <ProgressBar label={`Loading ${name}`} value={progress ?? 0} max={1} words={word} /> : null}
      </p>
      {problem ? (
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <p role="alert" className="selectable min-w-40 flex-1 text-small break-words text-removed">
            {visibleText(problem.message)}.
          </p>
          {problem.reason === "memory" ? (
            <Button variant="danger" aria-label={`Load ${name} anyway`} onClick={() => load(true)}>
              Load anyway
            </Button>
          ) : null}
        </div>
      ) : null}
      {editing ? (
        <EmbeddedModelForm
          model={model}
          onSaved={(view) => void onEmbedded("", async () => view)}
          onDone={() => setEditing(false)}
        />
      ) : null}
    </ModelLine>
  );
}
