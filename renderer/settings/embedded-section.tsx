import { Plus } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import type { EmbeddedModels } from "../../shared/contract/embedded-models.ts";
import type { ModelEndpoint } from "../../shared/contract/models.ts";
import { callFailure } from "../rpc.ts";
import { useEmbeddedModels } from "../stores/use-embedded-models.ts";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { EmbeddedEngine } from "./embedded-engine.tsx";
import { EmbeddedModelForm } from "./embedded-model-form.tsx";
import { EmbeddedModelLine, type ChangeEmbedded } from "./embedded-model-line.tsx";
import type { ChangeModels } from "./model-endpoint-card.tsx";

type Props = { endpoint: ModelEndpoint | null; onChange: ChangeModels; onNews: () => void };

/** Models in files, which Hearth serves itself. `onNews`: which there are, or how they are loaded, isn't what it was. */
export function EmbeddedSection({ endpoint, onChange, onNews }: Props): React.JSX.Element | null {
  const { view, failure, take, again } = useEmbeddedModels();
  const [adding, setAdding] = useState(false);
  const tellNews = useEffectEvent(onNews);
  const known = newsOf(view);
  useEffect(() => {
    if (known !== null) tellNews();
  }, [known]);
  if (failure)
    return (
      <p role="alert" className="text-small text-removed">
        The models that Hearth serves could not be listed: {failure.message} <Button onClick={again}>Try again</Button>
      </p>
    );
  if (!view) return null;
  const change: ChangeEmbedded = async (title, call) => {
    try {
      take(await call());
      return true;
    } catch (error) {
      const { code, message } = callFailure(error);
      // It stands with the model.
      if (code !== "MODEL_MEMORY_SHORT" && code !== "MODEL_LOAD_FAILED") toast({ title, detail: message, tone: "failed" });
      return false;
    }
  };
  const { engine, models } = view;
  const isInstalled = engine?.installed !== null && engine !== null;
  return (
    <section aria-label="Embedded model" data-setting="Embedded model" className="rounded-card border border-line">
      <header className="flex flex-col gap-1.5 border-b border-line px-3 py-2 last:border-b-0">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-24 flex-1 font-medium">Embedded model</span>
          {isInstalled ? (
            <Button icon={<Plus className="size-3.5" aria-hidden />} aria-expanded={adding} onClick={() => setAdding(!adding)}>
              Add a file
            </Button>
          ) : null}
        </div>
        <p className="text-small text-muted">A .gguf file that Hearth serves in a process of its own, without a network.</p>
        {engine ? (
          <EmbeddedEngine engine={engine} onChange={take} />
        ) : (
          <p className="text-small text-muted">There is no node-llama-cpp for this machine, which serves them.</p>
        )}
        {adding && isInstalled ? <EmbeddedModelForm model={null} onSaved={take} onDone={() => setAdding(false)} /> : null}
      </header>
      {models.length === 0 ? null : (
        <ul aria-label="Embedded models">
          {models.map((model) => {
            const local = endpoint?.models.find(({ id }) => id === model.modelId);
            return local ? (
              <EmbeddedModelLine key={model.id} model={model} local={local} onChange={onChange} onEmbedded={change} />
            ) : null;
          })}
        </ul>
      )}
    </section>
  );
}

/** What of it shows in the list of all models. */
function newsOf(view: EmbeddedModels | null): string | null {
  return (
    view && JSON.stringify(view.models.map(({ modelId, loaded, contextSize }) => [modelId, loaded?.contextSize, contextSize]))
  );
}
