import { useEffect, useState } from "react";
import { placeName, type PlaceChoice } from "../../shared/apply-place.ts";
import { rpc, type CallFailure } from "../rpc.ts";
import { useSession } from "../stores/app.ts";
import { Visible } from "../markdown/visible.tsx";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, TextArea } from "../ui/input.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useFetched } from "../stores/use-fetched.ts";
import { ApplyOutcome } from "./apply-outcome.tsx";
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
          <MainButton disabled={!canGo || busy} autoFocus onClick={() => void go()}>
            {result && result.applied.length > 0
              ? applyText(isCommit ? "Commit" : "Apply", result.applied.length, result.conflicts.length > 0)
              : "Apply"}
          </MainButton>
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
      {result ? (
        <ApplyOutcome sessionId={sessionId} result={result} where={to === null ? "the checkout" : (where ?? "")} />
      ) : null}
    </Dialog>
  );
}

function applyText(verb: string, files: number, others: boolean): string {
  if (others) return files === 1 ? `${verb} the other one` : `${verb} the other ${files}`;
  return files === 1 ? `${verb} 1 file` : `${verb} ${files} files`;
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
