import { useState, type FormEvent } from "react";
import type { LocalModel } from "../../shared/contract/models.ts";
import { samplingNumbers, type SamplingNumber } from "../../shared/sampling.ts";
import { rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import type { ChangeModels } from "./model-endpoint-card.tsx";
import { draftOf, readDraft, type SamplingDraft, type SamplingProblems } from "./sampling-draft.ts";

const reasonings = [
  { value: "unset", label: "Not sent" },
  { value: "auto", label: "As the model likes" },
  { value: "on", label: "On" },
  { value: "off", label: "Off" },
] as const;

type Props = { model: LocalModel; onChange: ChangeModels; onDone: () => void };

/** What requests to a model are sent with. A field that is left empty isn't sent: then the server's own value holds. */
export function ModelSampling({ model, onChange, onDone }: Props): React.JSX.Element {
  const [draft, setDraft] = useState<SamplingDraft>(() => draftOf(model.sampling));
  const [problems, setProblems] = useState<SamplingProblems>({});
  const [busy, setBusy] = useState(false);
  const set = (name: SamplingNumber, text: string): void => {
    setDraft((before) => ({ ...before, numbers: { ...before.numbers, [name]: text } }));
    setProblems(({ [name]: _mended, ...others }) => others);
  };
  const save = async (): Promise<void> => {
    const read = readDraft(draft);
    if (!read.ok) return setProblems(read.error);
    setBusy(true);
    const call = () => rpc.models.updateModel({ id: model.id, sampling: read.value });
    if (await onChange("The sampling was not saved", call)) onDone();
    else setBusy(false);
  };
  return (
    <form
      aria-label={`Sampling of ${model.label}`}
      className="mt-2 flex flex-col gap-3 rounded-card border border-line bg-raised p-3"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save();
      }}
    >
      <p className="text-small text-muted">Only what is set is sent; for the rest the server’s own values hold.</p>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-3">
        {samplingNumbers.map((name) => (
          <Field key={name} label={name} error={problems[name] ?? null}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="decimal"
                placeholder="not sent"
                value={draft.numbers[name]}
                onChange={(event) => set(name, event.target.value)}
              />
            )}
          </Field>
        ))}
        <div className="flex flex-col items-start gap-1">
          <span className="text-small font-medium text-muted">reasoning</span>
          <Select
            label="reasoning"
            value={draft.reasoning}
            options={reasonings}
            onChange={(reasoning) => setDraft((before) => ({ ...before, reasoning }))}
          />
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="filled" disabled={busy}>
          Save
        </Button>
        <Button disabled={busy} onClick={() => setDraft(draftOf({}))}>
          Clear all
        </Button>
        <Button variant="plain" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
