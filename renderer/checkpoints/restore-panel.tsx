import { useState } from "react";
import { sizeText } from "../../shared/size-text.ts";
import type { Checkpoint, RestoreResult } from "../../shared/contract/checkpoints.ts";
import { Visible } from "../markdown/visible.tsx";
import { callFailure, rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { toast } from "../ui/toast.tsx";
import { useFetched } from "../stores/use-fetched.ts";
import { files } from "./format.ts";

type Props = { checkpoint: Checkpoint; busy: boolean; version: number; onDone: () => void };

/** What restoring would do, file by file, before it is done. */
export function RestorePanel({ checkpoint, busy, version, onDone }: Props): React.JSX.Element {
  const preview = useFetched(`restore ${checkpoint.id}`, `${version} ${busy}`, () =>
    rpc.checkpoints.restore({ id: checkpoint.id, dryRun: true }),
  );
  const [going, setGoing] = useState(false);

  async function restore(): Promise<void> {
    setGoing(true);
    await restoreFiles(checkpoint.id);
    setGoing(false);
    onDone();
  }

  return (
    <section aria-label="Restore files" className="border-b border-line bg-panel">
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
      {preview.kind === "ready" ? <Preview checkpoint={checkpoint} preview={preview.value} /> : null}
      {preview.kind === "ready" ? (
        <footer className="flex flex-wrap items-center justify-end gap-2 px-3 py-2">
          <Button variant="plain" onClick={onDone}>
            Cancel
          </Button>
          <Button variant="filled" disabled={going || busy || preview.value.changed.length === 0} onClick={() => void restore()}>
            {going ? "Restoring…" : `Restore ${files(preview.value.changed.length)}`}
          </Button>
        </footer>
      ) : null}
    </section>
  );
}

/** Restores, and offers to undo it with the checkpoint that was taken right before. */
async function restoreFiles(id: string): Promise<void> {
  try {
    const done = await rpc.checkpoints.restore({ id });
    const before = done.checkpointBeforeId;
    toast({
      title: `Restored ${files(done.changed.length)}`,
      ...(done.conflicts.length > 0 ? { detail: `${files(done.conflicts.length)} left as they are.` } : {}),
      ...(before ? { undo: () => void restoreFiles(before) } : {}),
    });
  } catch (error) {
    toast({ title: "The files couldn’t be restored", detail: callFailure(error).message, tone: "failed" });
  }
}

const atMost = 200;

function Preview({ checkpoint, preview }: { checkpoint: Checkpoint; preview: RestoreResult }): React.JSX.Element {
  const left = preview.changed.length - atMost;
  return (
    <div className="max-h-72 overflow-y-auto px-3 pt-2">
      {preview.changed.length > 0 ? (
        <p className="text-muted">These become what they were. The state now is kept as a checkpoint first.</p>
      ) : (
        <p className="text-muted">Nothing would change: no agent has changed these files since, or they are back already.</p>
      )}
      <ul className="py-1">
        {preview.changed
          .toSorted()
          .slice(0, atMost)
          .map((path) => (
            <li key={path} className="truncate font-mono text-code" title={path}>
              <Visible text={path} />
            </li>
          ))}
        {left > 0 ? <li className="text-small text-muted">and {files(left)} more</li> : null}
      </ul>
      {preview.conflicts.length > 0 ? (
        <>
          <p className="mt-1 font-medium">Left as they are</p>
          <ul className="py-1">
            {preview.conflicts.map(({ path, reason }) => (
              <li key={path} className="min-w-0">
                <code className="break-all">
                  <Visible text={path} />
                </code>{" "}
                <span className="text-muted">{reason}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {checkpoint.skipped.length > 0 ? (
        <p className="pb-1 text-small text-muted">
          Not part of this checkpoint:{" "}
          {checkpoint.skipped
            .slice(0, 5)
            .map((file) => `${file.path}${file.bytes > 0 ? ` (${sizeText(file.bytes)})` : ""}`)
            .join(", ")}
          {checkpoint.skipped.length > 5 ? ` and ${checkpoint.skipped.length - 5} more` : ""}
        </p>
      ) : null}
    </div>
  );
}
