import { useEffect, useState } from "react";
import type { ApplyResult } from "../../shared/contract/changes.ts";
import type { CallFailure } from "../rpc.ts";
import { Visible } from "../markdown/visible.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { NotCoveredList } from "./not-covered.tsx";
import { apply, previewApply, type Preview } from "./actions.ts";

/** `paths` left out: all of them. */
type Props = { sessionId: string; paths: string[] | undefined; where: string; onClose: () => void };

/** What applying will write and what stands against it; nothing is touched before the button. */
export function ApplyDialog({ sessionId, paths, where, onClose }: Props): React.JSX.Element {
  const [preview, setPreview] = useState<Preview | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let current = true;
    void previewApply(sessionId, paths).then((result) => current && setPreview(result));
    return () => {
      current = false;
    };
  }, [sessionId, paths]);

  const result = preview?.ok ? preview.result : null;
  const ready = result !== null && result.applied.length > 0;
  const blocked = result?.conflicts.filter((one) => one.blocked) ?? [];
  const clashing = result?.conflicts.filter((one) => !one.blocked) ?? [];
  const conflicts = blocked.length + clashing.length;
  const go = async (): Promise<void> => {
    setBusy(true);
    // What is in conflict stays pending; the rest can go without it.
    const failure = await apply(sessionId, result?.applied ?? [], where);
    setBusy(false);
    if (failure) setPreview({ ok: false, failure });
    else onClose();
  };
  return (
    <Dialog
      title={`Apply to ${where}`}
      description="All of it is written to the project’s checkout, or nothing. What is changed there already stays."
      onClose={onClose}
      width="34rem"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="filled" disabled={!ready || busy} autoFocus onClick={() => void go()}>
            {result && ready ? applyText(result.applied.length, conflicts > 0) : "Apply"}
          </Button>
        </>
      }
    >
      {preview === null ? <Skeleton rows={3} label="Comparing with the checkout" /> : null}
      {preview && !preview.ok ? <Refusal failure={preview.failure} /> : null}
      <Standing
        conflicts={blocked}
        title={`${blocked.length} can’t be applied`}
        note="They stay as they are here: clear the way in the checkout and apply again, or reject the change."
      />
      <Standing
        conflicts={clashing}
        title={`${clashing.length} in conflict with the checkout`}
        note="Nothing is written over. Commit or undo what was changed in the checkout and apply again, or reject the change here."
      />
      {result && result.applied.length > 0 ? (
        <Group
          title={conflicts > 0 ? `${result.applied.length} can be written without` : `${result.applied.length} will be written`}
        >
          {result.applied.slice(0, 500).map((path) => (
            <Line key={path} path={path} />
          ))}
          {result.applied.length > 500 ? <li className="text-small text-faint">and {result.applied.length - 500} more</li> : null}
        </Group>
      ) : null}
      <NotCoveredList entries={result?.notCovered ?? []} />
      {result && result.applied.length + result.conflicts.length === 0 ? (
        <p className="text-muted">Nothing to apply: the checkout has it all.</p>
      ) : null}
    </Dialog>
  );
}

function applyText(files: number, others: boolean): string {
  if (others) return files === 1 ? "Apply the other one" : `Apply the other ${files}`;
  return files === 1 ? "Apply 1 file" : `Apply ${files} files`;
}

/** What stays behind, each with its reason. */
function Standing({
  conflicts,
  title,
  note,
}: {
  conflicts: ApplyResult["conflicts"];
  title: string;
  note: string;
}): React.JSX.Element | null {
  if (conflicts.length === 0) return null;
  return (
    <Group title={title} tone="text-removed" note={note}>
      {conflicts.map((conflict) => (
        <Line key={conflict.path} path={conflict.path} note={conflict.reason} />
      ))}
    </Group>
  );
}

type GroupProps = { title: string; tone?: string; note?: string; children: React.ReactNode };

function Group({ title, tone, note, children }: GroupProps): React.JSX.Element {
  return (
    <section className="mb-3">
      <h3 className={`mb-1 font-medium ${tone ?? ""}`}>{title}</h3>
      <ul className="selectable max-h-56 overflow-y-auto rounded-control border border-line bg-canvas px-2 py-1">{children}</ul>
      {note ? <p className="mt-1 text-small text-muted">{note}</p> : null}
    </section>
  );
}

function Line({ path, note }: { path: string; note?: string }): React.JSX.Element {
  return (
    <li className="py-0.5">
      <code className="break-all">
        <Visible text={path} />
      </code>
      {note ? <span className="block text-small text-muted">{note}</span> : null}
    </li>
  );
}

function Refusal({ failure }: { failure: CallFailure }): React.JSX.Element {
  return (
    <div role="alert" className="selectable border-l-2 border-removed pl-3">
      <p>
        <Visible text={failure.message} />
      </p>
      <p className="mt-1 text-small text-faint">{failure.code}</p>
    </div>
  );
}
