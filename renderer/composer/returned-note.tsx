import { X } from "lucide-react";
import type { CallFailure } from "../rpc.ts";
import { adviceFor } from "../stores/failure-advice.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";

type Props = { failure: CallFailure; projectId: string; onDismiss: () => void };

/** Why the prompt came back, and the way on; the text is in the field again. */
export function ReturnedNote({ failure, projectId, onDismiss }: Props): React.JSX.Element {
  const advice = adviceFor(failure.code, { projectId });
  return (
    <div
      role="alert"
      className="mx-2 flex items-start gap-2 rounded-t-card border border-b-0 border-line bg-panel py-1 pr-1 pl-2.5 shadow-[inset_2px_0_0_var(--color-removed)]"
    >
      <p className="min-w-0 flex-1 py-1 break-words">
        <span className="font-semibold text-removed">Not sent. </span>
        {failure.message} {advice ? <span className="text-muted">{advice.sentence}</span> : null}
      </p>
      {advice?.way ? <Button onClick={advice.way.go}>{advice.way.label}</Button> : null}
      <IconButton label="Dismiss" onClick={onDismiss}>
        <X className="size-3.5" aria-hidden />
      </IconButton>
    </div>
  );
}
