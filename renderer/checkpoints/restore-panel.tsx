import { useId, useState } from "react";
import type { Checkpoint, RestoreMode } from "../../shared/contract/checkpoints.ts";
import { callFailure, rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { cx } from "../ui/cx.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { toast } from "../ui/toast.tsx";
import { useFetched } from "../stores/use-fetched.ts";
import { files } from "./format.ts";
import { RestorePreview } from "./restore-preview.tsx";

type Props = { checkpoint: Checkpoint; busy: boolean; version: number; onDone: () => void };

/** What restoring would do, file by file, before it is done. */
export function RestorePanel({ checkpoint, busy, version, onDone }: Props): React.JSX.Element {
  const [chosen, setChosen] = useState<RestoreMode | undefined>(undefined);
  const preview = useFetched(`restore ${checkpoint.id} ${chosen ?? ""}`, `${version} ${busy}`, () =>
    rpc.checkpoints.restore({ id: checkpoint.id, dryRun: true, ...(chosen ? { mode: chosen } : {}) }),
  );
  const [going, setGoing] = useState(false);
  const mode = chosen ?? (preview.kind === "ready" ? preview.value.mode : undefined);

  async function restore(): Promise<void> {
    setGoing(true);
    await restoreFiles(checkpoint.id, mode);
    setGoing(false);
    onDone();
  }

  return (
    <section aria-label="Restore files" className="border-b border-line bg-panel">
      <Ways mode={mode} onChoose={setChosen} />
      {preview.kind === "loading" ? <Skeleton rows={3} className="p-2" label="Looking at what would change" /> : null}
      {preview.kind === "failed" ? (
        <ErrorState
          className="h-auto!"
          title={preview.failure.code === "WORKING_COPY_BUSY" ? "An agent is at work here" : "It can’t be restored"}
          action={
            <>
              <Button onClick={preview.again}>Try again</Button>
              <Button variant="plain" onClick={onDone}>
                Cancel
              </Button>
            </>
          }
          details={`${preview.failure.code}: ${preview.failure.message}`}
        >
          {preview.failure.code === "WORKING_COPY_BUSY"
            ? "Files are restored only between runs. Stop the run or wait for its end."
            : preview.failure.message}
        </ErrorState>
      ) : null}
      {preview.kind === "ready" ? <RestorePreview checkpoint={checkpoint} preview={preview.value} /> : null}
      {preview.kind === "ready" ? (
        <footer className="flex flex-wrap items-center justify-end gap-2 px-3 py-2">
          <Button variant="plain" onClick={onDone}>
            Cancel
          </Button>
          <MainButton rank="apply" disabled={going || busy || preview.value.changed.length === 0} onClick={() => void restore()}>
            {going ? "Restoring…" : `Restore ${files(preview.value.changed.length)}`}
          </MainButton>
        </footer>
      ) : null}
    </section>
  );
}

const ways: { mode: RestoreMode; label: string; hint: string }[] = [
  { mode: "exact", label: "Exactly as it was", hint: "Whoever changed the files since, git too. Ignored files stay." },
  { mode: "agents", label: "Take back the agents’ edits since", hint: "What you edited by hand since stays." },
];

/** The two ways back; each is previewed before it is done. */
function Ways({ mode, onChoose }: { mode: RestoreMode | undefined; onChoose: (mode: RestoreMode) => void }): React.JSX.Element {
  const name = useId();
  return (
    <fieldset className="grid gap-2 px-3 pt-3 tablet:grid-cols-2">
      <legend className="sr-only">How</legend>
      {ways.map((way) => (
        <label
          key={way.mode}
          className={cx(
            "flex min-w-0 items-start gap-2.5 rounded-card border px-3 py-2",
            mode === way.mode ? "border-line-strong bg-selected" : "border-line hover:bg-hover",
          )}
        >
          <input
            type="radio"
            name={name}
            className="mt-1 shrink-0"
            checked={mode === way.mode}
            onChange={() => onChoose(way.mode)}
          />
          <span className="min-w-0">
            <span className="block font-medium">{way.label}</span>
            <span className="block text-small text-muted">{way.hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Restores, and offers to undo it with the checkpoint that was taken right before. */
async function restoreFiles(id: string, mode?: RestoreMode): Promise<void> {
  try {
    const done = await rpc.checkpoints.restore({ id, ...(mode ? { mode } : {}) });
    const before = done.checkpointBeforeId;
    const left = done.conflicts.length + done.kept.length;
    toast({
      title: `Restored ${files(done.changed.length)}`,
      ...(left > 0 ? { detail: `${files(left)} left as ${left === 1 ? "it is" : "they are"}.` } : {}),
      ...(before ? { undo: () => void restoreFiles(before) } : {}),
    });
  } catch (error) {
    toast({ title: "The files couldn’t be restored", detail: callFailure(error).message, tone: "failed" });
  }
}
