import { useState, type FormEvent } from "react";
import type { ModelEndpoint, ModelList } from "../../shared/contract/models.ts";
import { callFailure, rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/input.tsx";

type Props = { endpoint: ModelEndpoint | null; onSaved: (list: ModelList) => void; onDone: () => void };
type Draft = { url: string; name: string; key: string };

/** A model server by its address, or one that is changed. A key is typed, and never shown again. */
export function ModelEndpointForm({ endpoint, onSaved, onDone }: Props): React.JSX.Element {
  const [draft, setDraft] = useState<Draft>({ url: endpoint?.url ?? "", name: endpoint?.name ?? "", key: "" });
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    setProblem(null);
  };
  const save = async (call: () => Promise<ModelList>): Promise<void> => {
    setBusy(true);
    try {
      onSaved(await call());
      onDone();
    } catch (error) {
      const { message, data } = callFailure(error);
      setProblem({ field: String(data?.["field"] ?? "url"), message });
      setBusy(false);
    }
  };
  const at = (field: keyof Draft): string | null => (problem?.field === field ? problem.message : null);
  const hasKey = endpoint !== null && endpoint.key !== "unset";
  return (
    <form
      aria-label={endpoint ? `Change ${endpoint.name}` : "Add a model server"}
      className="mt-1 flex flex-col gap-3 rounded-card border border-line bg-raised p-3"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save(() => callOf(endpoint, draft));
      }}
    >
      <Field
        label="Address"
        hint={hasKey ? "At another host or port it needs its key anew." : "Of a server that speaks OpenAI’s API."}
        error={at("url")}
      >
        {(ids) => (
          <Input
            {...ids}
            autoFocus
            required
            inputMode="url"
            placeholder="http://192.168.1.7:8080"
            className="font-mono text-code"
            value={draft.url}
            onChange={(event) => change({ url: event.target.value })}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-40 flex-1">
          <Field label="Name" error={at("name")}>
            {(ids) => (
              <Input
                {...ids}
                maxLength={100}
                placeholder="its host"
                value={draft.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
        </div>
        <div className="min-w-40 flex-1">
          <Field label="Key" hint="Sent to this server alone, and never shown again." error={at("key")}>
            {(ids) => (
              <Input
                {...ids}
                type="password"
                autoComplete="new-password"
                placeholder={hasKey ? "as it is" : "none"}
                value={draft.key}
                onChange={(event) => change({ key: event.target.value })}
              />
            )}
          </Field>
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="filled" disabled={busy || draft.url.trim() === ""}>
          {busy ? "Asking it…" : endpoint ? "Save" : "Add"}
        </Button>
        {hasKey ? (
          <Button disabled={busy} onClick={() => void save(() => rpc.models.updateEndpoint({ id: endpoint.id, key: null }))}>
            Take its key away
          </Button>
        ) : null}
        <Button variant="plain" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** A name or key that isn't typed is left as it is. */
function callOf(endpoint: ModelEndpoint | null, { url, name, key }: Draft): Promise<ModelList> {
  const typed = {
    url: url.trim(),
    ...(name.trim() === "" ? {} : { name: name.trim() }),
    ...(key.trim() === "" ? {} : { key: key.trim() }),
  };
  return endpoint ? rpc.models.updateEndpoint({ id: endpoint.id, ...typed }) : rpc.models.addEndpoint(typed);
}
