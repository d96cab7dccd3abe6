import { useState } from "react";
import type { ModelEndpoint, ModelList } from "../../shared/contract/models.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { StateDot } from "../ui/state-dot.tsx";
import { ModelEndpointForm } from "./model-endpoint-form.tsx";
import { ModelLine } from "./model-line.tsx";
import { endpointStates, keyWords, serverNames } from "./model-words.ts";

/** Whether it was done. */
export type ChangeModels = (title: string, call: () => Promise<ModelList>) => Promise<boolean>;
type Props = { endpoint: ModelEndpoint; onChange: ChangeModels; onSaved: (list: ModelList) => void };

/** A model server: where and what it is, whether it answers, and its models. One's own is changed and taken away. */
export function ModelEndpointCard({ endpoint, onChange, onSaved }: Props): React.JSX.Element {
  const [editing, setEditing] = useState(false);
  const { name, url, problem, models, state } = endpoint;
  const key = keyWords[endpoint.key];
  return (
    <section aria-label={visibleText(name)} className="rounded-card border border-line">
      <header className="flex flex-col gap-0.5 border-b border-line px-3 py-2 last:border-b-0">
        <Head endpoint={endpoint} onChange={onChange} onEdit={() => setEditing(!editing)} editing={editing} />
        <p className="text-small text-muted">
          <code className="selectable break-all">{visibleText(url)}</code>
          {key === null ? null : ` · ${key}`}
        </p>
        {problem === null ? null : (
          <p role="alert" className="selectable text-small break-words text-removed">
            {visibleText(problem)}. {adviceOf(endpoint)}
          </p>
        )}
        {state === "ready" && models.length === 0 ? (
          <p className="text-small text-muted">It serves no chat model. Load one there, and look again.</p>
        ) : null}
        {editing ? <ModelEndpointForm endpoint={endpoint} onSaved={onSaved} onDone={() => setEditing(false)} /> : null}
      </header>
      {models.length === 0 ? null : (
        <ul aria-label={`Models of ${visibleText(name)}`}>
          {models.map((model) => (
            <ModelLine key={model.id} model={model} onChange={onChange} />
          ))}
        </ul>
      )}
    </section>
  );
}

type HeadProps = { endpoint: ModelEndpoint; onChange: ChangeModels; editing: boolean; onEdit: () => void };

function Head({ endpoint, onChange, editing, onEdit }: HeadProps): React.JSX.Element {
  const [confirming, setConfirming] = useState(false);
  const { id, name, server, state, origin, key } = endpoint;
  const { dot, word } = endpointStates[state];
  const remove = (): void => void onChange(`${name} was not removed`, () => rpc.models.removeEndpoint({ id }));
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="flex min-w-24 flex-1 flex-wrap items-baseline gap-x-2 break-words">
        <span className="font-medium">{visibleText(name)}</span>
        {server === null ? null : <span className="text-small whitespace-nowrap text-faint">{serverNames[server]}</span>}
      </span>
      <span className="inline-flex items-center gap-1.5 text-small text-muted">
        <StateDot state={dot} />
        {word}
      </span>
      {origin === "found" ? null : (
        <span className="inline-flex gap-1 max-tablet:-ml-2.5 max-tablet:w-full">
          <Button variant="plain" aria-label={`Change ${name}`} aria-expanded={editing} onClick={onEdit}>
            Change
          </Button>
          {confirming ? (
            <Button variant="danger" aria-label={`Remove ${name} with its key`} onClick={remove}>
              Remove with its key
            </Button>
          ) : (
            <Button
              variant="plain"
              aria-label={`Remove ${name}`}
              onClick={() => (key === "unset" ? remove() : setConfirming(true))}
            >
              Remove
            </Button>
          )}
        </span>
      )}
    </div>
  );
}

function adviceOf({ state, origin, local }: ModelEndpoint): string {
  if (state === "refused") return origin === "added" ? "Change it, and give it the key." : "Add it by its address with its key.";
  if (state === "silent")
    return local ? "Start the server, and look again." : "See whether it runs and can be reached from here.";
  return "See whether the address is right.";
}
