import { useState, type FormEvent } from "react";
import type { EmbeddedModel, EmbeddedModels } from "../../shared/contract/embedded-models.ts";
import { callFailure, rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/input.tsx";
import { readCount } from "./embedded-words.ts";

type Props = { model: EmbeddedModel | null; onSaved: (view: EmbeddedModels) => void; onDone: () => void };
type Draft = { file: string; contextSize: string; threads: string };

const ranges = { contextSize: { from: 512, to: 4_194_304 }, threads: { from: 1, to: 512 } };

/** A model's file, and how it is loaded; of one that is on the list, only how. */
export function EmbeddedModelForm({ model, onSaved, onDone }: Props): React.JSX.Element {
  const [draft, setDraft] = useState<Draft>({
    file: model?.file ?? "",
    contextSize: String(model?.contextSize ?? ""),
    threads: String(model?.threads ?? ""),
  });
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  /** Ends the look at the file, while it goes on. */
  const [looking, setLooking] = useState<AbortController | null>(null);
  const busy = looking !== null;
  const change = (part: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    setProblem(null);
  };
  const save = async (): Promise<void> => {
    const [contextSize, threads] = [readCount(draft.contextSize, ranges.contextSize), readCount(draft.threads, ranges.threads)];
    if ("problem" in contextSize) return setProblem({ field: "contextSize", message: contextSize.problem });
    if ("problem" in threads) return setProblem({ field: "threads", message: threads.problem });
    const stop = new AbortController();
    setLooking(stop);
    try {
      onSaved(
        await callOf(model, { file: draft.file.trim(), contextSize: contextSize.value, threads: threads.value }, stop.signal),
      );
      onDone();
    } catch (error) {
      if (stop.signal.aborted) return;
      const { message, data } = callFailure(error);
      setProblem({ field: String(data?.["field"] ?? "file"), message });
      setLooking(null);
    }
  };
  const at = (field: keyof Draft): string | null => (problem?.field === field ? problem.message : null);
  return (
    <form
      aria-label={model ? `Change ${model.name}` : "Add a model file"}
      className="mt-1 flex flex-col gap-3 rounded-card border border-line bg-raised p-3"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save();
      }}
    >
      {model ? null : (
        <Field
          label="File"
          hint="The whole path of a .gguf file on this machine. Hearth reads it, and changes nothing."
          error={at("file")}
        >
          {(ids) => (
            <Input
              {...ids}
              autoFocus
              required
              placeholder="/home/ada/models/qwen3-coder-30b-q4.gguf"
              className="font-mono text-code"
              value={draft.file}
              onChange={(event) => change({ file: event.target.value })}
            />
          )}
        </Field>
      )}
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-40 flex-1">
          <Field label="Window, in tokens" hint="Empty: up to 32,768, as memory has room." error={at("contextSize")}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="numeric"
                placeholder="chosen by Hearth"
                value={draft.contextSize}
                onChange={(event) => change({ contextSize: event.target.value })}
              />
            )}
          </Field>
        </div>
        <div className="min-w-40 flex-1">
          <Field label="Threads" hint="Empty: one less than there are cores." error={at("threads")}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="numeric"
                placeholder="chosen by Hearth"
                value={draft.threads}
                onChange={(event) => change({ threads: event.target.value })}
              />
            )}
          </Field>
        </div>
      </div>
      {model?.loaded ? <p className="text-small text-muted">It has them when it is loaded the next time.</p> : null}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="filled" disabled={busy || draft.file.trim() === ""}>
          {busy ? "Looking at it…" : model ? "Save" : "Add"}
        </Button>
        <Button
          variant="plain"
          onClick={() => {
            looking?.abort();
            onDone();
          }}
        >
          Cancel
        </Button>
      </div>
    </form>
  );
}

function callOf(
  model: EmbeddedModel | null,
  { file, contextSize, threads }: { file: string; contextSize: number | null; threads: number | null },
  signal: AbortSignal,
): Promise<EmbeddedModels> {
  if (model) return rpc.embedded.update({ id: model.id, contextSize, threads }, { signal });
  const chosen = { ...(contextSize === null ? {} : { contextSize }), ...(threads === null ? {} : { threads }) };
  return rpc.embedded.add({ file, ...chosen }, { signal });
}
