import { ChevronDown, ChevronUp, X } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { IconButton } from "./icon-button.tsx";
import { isComposing } from "./is-composing.ts";

type Step = 1 | -1;
type Props = {
  label: string;
  query: string;
  onQuery: (query: string) => void;
  /** What was found, in words. */
  status: string;
  count: number;
  /** Where Enter goes; Shift+Enter goes the other way. */
  enter: Step;
  onStep: (by: Step) => void;
  onClose: () => void;
  children?: ReactNode;
};

/** Find in what lies below it: Enter and Shift+Enter step through, Escape closes. */
export function FindBar({ label, query, onQuery, status, count, enter, onStep, onClose, children }: Props): React.JSX.Element {
  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === "Enter") onStep(event.shiftKey === (enter === -1) ? 1 : -1);
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const keyOf = (step: Step): string => (step === enter ? "Enter" : "Shift+Enter");
  return (
    <div
      role="search"
      className="absolute top-2 right-3 z-10 flex max-w-[calc(100%-1.5rem)] flex-wrap items-center gap-1 rounded-card border border-line-strong bg-raised p-1 shadow-float"
    >
      <input
        autoFocus
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder={label}
        aria-label={label}
        spellCheck={false}
        className="row w-44 min-w-0 flex-1 rounded-control bg-transparent px-2 outline-none touch:text-[1rem]"
      />
      <span role="status" className="min-w-14 px-1 text-right text-small text-faint tabular-nums">
        {status}
      </span>
      {children}
      <IconButton
        label="Previous"
        data-find-step={-1}
        shortcut={keyOf(-1)}
        small
        disabled={count === 0}
        onClick={() => onStep(-1)}
      >
        <ChevronUp className="size-3.5" aria-hidden />
      </IconButton>
      <IconButton label="Next" data-find-step={1} shortcut={keyOf(1)} small disabled={count === 0} onClick={() => onStep(1)}>
        <ChevronDown className="size-3.5" aria-hidden />
      </IconButton>
      <IconButton label="Close" shortcut="Escape" small onClick={onClose}>
        <X className="size-3.5" aria-hidden />
      </IconButton>
    </div>
  );
}
