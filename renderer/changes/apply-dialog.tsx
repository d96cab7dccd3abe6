import { useEffect, useState } from "react";
import { placeName, type PlaceChoice } from "../../shared/apply-place.ts";
import type { ApplyResult } from "../../shared/contract/changes.ts";
import { rpc, type CallFailure } from "../rpc.ts";
import { useSession } from "../stores/app.ts";
import { Visible } from "../markdown/visible.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, TextArea } from "../ui/input.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { NotCoveredList } from "./not-covered.tsx";
import { useFetched } from "../stores/use-fetched.ts";
import { apply, previewApply, type Preview } from "./actions.ts";
import { PlacePicker } from "./place-picker.tsx";

/** What a session is called before its first prompt: nothing to write into a history. */
const untitled = "New session";

/** `paths` left out: all of them. `where`: the checkout's name; null where there is none, or it isn't known. */
type Props = { sessionId: string; paths: string[] | undefined; where: string | null; onClose: () => void };

/** What applying will write, where, and what stands against it; nothing is touched before the button. */
export function ApplyDialog({ sessionId, paths, where: checkout, onClose }: Props): React.JSX.Element {
  const title = useSession(sessionId)?.title ?? "";
  const places = useFetched(sessionId, "places", () => rpc.changes.places({ id: sessionId }));
  const [chosen, setChosen] = useState<PlaceChoice | null>(null);
  const place = chosen ?? places.value?.places.find((one) => one.isDefault) ?? null;
  const where = place ? placeName(place) : checkout;
  const to = place === null || place.kind === "checkout" ? null : place.to;
  const isKnown = place !== null || checkout !== null;
  const isCommit = place?.kind === "branch";
  const [shown, setShown] = useState<{ to: string | null; preview: Preview } | null>(null);
  const [message, setMessage] = useState(title === untitled ? "" : title);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!isKnown) return;
    let current = true;
    void previewApply(sessionId, paths, to).then((preview) => current && setShown({ to, preview }));
    return () => {
      current = false;
    };
  }, [sessionId, paths, to, isKnown]);

  const preview = shown?.to === to ? shown.preview : null;
  const result = preview?.ok ? preview.result : null;
  const canGo = result !== null && result.applied.length > 0 && (!isCommit || message.trim() !== "");
  const go = async (): Promise<void> => {
    setBusy(true);
    // What is in conflict stays pending; the rest can go without it.
    const wish = { to, where: where ?? "the checkout", message: isCommit ? message.trim() : null };
    const failure = await apply(sessionId, result?.applied ?? [], wish);
    setBusy(false);
    if (failure) setShown({ to, preview: { ok: false, failure } });
    else onClose();
  };
  return (
    <Dialog
      title={where === null ? "Apply" : `Apply to ${where}`}
      description={
        isCommit
          ? "The branch is checked out nowhere: it gets one commit, or none. No file is touched, and no hook runs."
          : "All of it is written there, or nothing. What is changed there already stays."
      }
      onClose={onClose}
      width="34rem"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="filled" disabled={!canGo || busy} autoFocus onClick={() => void go()}>
            {result && result.applied.length > 0
              ? applyText(isCommit ? "Commit" : "Apply", result.applied.length, result.conflicts.length > 0)
              : "Apply"}
          </Button>
        </>
      }
    >
      {checkout === null || (places.value?.places.length ?? 0) > 1 ? (
        <PlacePicker sessionId={sessionId} all={places} value={place} onChange={setChosen} />
      ) : null}
      {isCommit && preview?.ok ? (
        <div className="mb-2">
          <Field label="Commit message">
            {(ids) => <TextArea {...ids} rows={2} value={message} onChange={(event) => setMessage(event.currentTarget.value)} />}
          </Field>
        </div>
      ) : null}
      {isKnown && preview === null ? <Skeleton rows={3} label={`Comparing with ${where ?? "the checkout"}`} /> : null}
      {preview && !preview.ok ? <Refusal failure={preview.failure} /> : null}
      {result ? <Outcome result={result} where={to === null ? "the checkout" : (where ?? "")} /> : null}
    </Dialog>
  );
}

function Outcome({ result, where }: { result: ApplyResult; where: string }): React.JSX.Element {
  const blocked = result.conflicts.filter((one) => one.blocked);
  const clashing = result.conflicts.filter((one) => !one.blocked);
  const conflicts = result.conflicts.length;
  return (
    <>
      <Standing
        conflicts={blocked}
        title={`${blocked.length} can’t be applied`}
        note="They stay as they are here: clear the way there and apply again, or reject the change."
      />
      <Standing
        conflicts={clashing}
        title={`${clashing.length} in conflict with ${where}`}
        note="Nothing is written over. Commit or undo what was changed there and apply again, or reject the change here."
      />
      {result.applied.length > 0 ? (
        <Group
          title={conflicts > 0 ? `${result.applied.length} can be written without` : `${result.applied.length} will be written`}
        >
          {result.applied.slice(0, 500).map((path) => (
            <Line key={path} path={path} />
          ))}
          {result.applied.length > 500 ? <li className="text-small text-faint">and {result.applied.length - 500} more</li> : null}
        </Group>
      ) : null}
      <NotCoveredList entries={result.notCovered} />
      {result.applied.length + conflicts === 0 ? <p className="text-muted">Nothing to apply: {where} has it all.</p> : null}
    </>
  );
}

function applyText(verb: string, files: number, others: boolean): string {
  if (others) return files === 1 ? `${verb} the other one` : `${verb} the other ${files}`;
  return files === 1 ? `${verb} 1 file` : `${verb} ${files} files`;
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
