import { ArrowRightToLine, Check, ChevronDown, ChevronUp, X } from "lucide-react";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { Visible } from "../markdown/visible.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { reject, toggleApproval } from "./actions.ts";
import { notesOf } from "./rows.ts";

/** In a narrow pane the icons stand alone, and keep their names. */
const wideOnly = "sr-only @min-[32rem]:not-sr-only";

/** The selected file: its whole path, what is special about it, and its actions. `onApply` null where there is nothing to apply to. */
export function ChangeHeader({
  sessionId,
  change,
  place,
  onStep,
  onApply,
}: {
  sessionId: string;
  change: PendingChange;
  /** Where it stands among those that are listed: its number from 1, and how many there are. */
  place: { at: number; of: number };
  onStep: (by: 1 | -1) => void;
  onApply: (() => void) | null;
}): React.JSX.Element {
  const approved = change.review === "approved";
  const notes = notesOf(change);
  return (
    <header className="shrink-0 border-b border-line px-3 py-1">
      <div className="flex items-center gap-1">
        <Path path={change.path} />
        <span className="hidden shrink-0 items-center gap-1 @min-[24rem]:flex">
          <span className="text-small text-faint tabular-nums">
            {place.at} of {place.of}
          </span>
          <IconButton label="Previous file" shortcut="K" small disabled={place.at <= 1} onClick={() => onStep(-1)}>
            <ChevronUp className="size-3.5" aria-hidden />
          </IconButton>
          <IconButton label="Next file" shortcut="J" small disabled={place.at >= place.of} onClick={() => onStep(1)}>
            <ChevronDown className="size-3.5" aria-hidden />
          </IconButton>
        </span>
        <Button
          variant="plain"
          aria-pressed={approved}
          className={cx(approved && "text-added")}
          icon={<Check className="size-3.5" aria-hidden />}
          title="A"
          aria-keyshortcuts="A"
          onClick={() => void toggleApproval(sessionId, change)}
        >
          <span className={wideOnly}>{approved ? "Approved" : "Approve"}</span>
        </Button>
        <Button
          variant="plain"
          icon={<X className="size-3.5" aria-hidden />}
          title="R"
          aria-keyshortcuts="R"
          onClick={() => void reject(sessionId, [change.path])}
        >
          <span className={wideOnly}>Reject</span>
        </Button>
        {onApply ? (
          <Button
            variant="plain"
            icon={<ArrowRightToLine className="size-3.5" aria-hidden />}
            title="Look at what would be written, then apply"
            onClick={onApply}
          >
            <span className={wideOnly}>Apply</span>
          </Button>
        ) : null}
      </div>
      {notes.length > 0 ? (
        <p className={cx("pb-0.5 text-small", change.protected ? "text-changed" : "text-muted")}>
          {notes.map((note, index) => (
            <span key={note}>
              {index > 0 ? " · " : null}
              <Visible text={note} />
            </span>
          ))}
        </p>
      ) : null}
    </header>
  );
}

/** The folder gives way, the name stays. */
function Path({ path }: { path: string }): React.JSX.Element {
  const name = path.lastIndexOf("/") + 1;
  return (
    <code title={visibleText(path)} className="selectable flex min-w-0 flex-1" dir="ltr">
      <span className="min-w-0 truncate text-muted">
        <Visible text={path.slice(0, name)} />
      </span>
      <span className="max-w-full shrink-0 truncate">
        <Visible text={path.slice(name)} />
      </span>
    </code>
  );
}
