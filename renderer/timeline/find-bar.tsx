import { ChevronDown, ChevronUp, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";

type Props = {
  query: string;
  onQuery: (query: string) => void;
  count: number;
  at: number;
  /** Whether turns lie before those that are searched. */
  earlier: "none" | "there" | "loading";
  /** Search these too, or leave it. */
  onEarlier: () => void;
  onStep: (by: 1 | -1) => void;
  onClose: () => void;
};

/** Find in chat: Enter and Shift+Enter step through, Escape closes. */
export function FindBar({ query, onQuery, count, at, earlier, onEarlier, onStep, onClose }: Props): React.JSX.Element {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
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
        placeholder="Find in chat"
        aria-label="Find in chat"
        className="row w-44 min-w-0 flex-1 rounded-control bg-transparent px-2 outline-none touch:text-[1rem]"
      />
      <span role="status" className="min-w-14 px-1 text-right text-small text-faint tabular-nums">
        {query.trim() === "" ? "" : count === 0 ? "none" : `${at + 1} of ${count}${earlier === "none" ? "" : "+"}`}
      </span>
      {earlier === "none" || query.trim() === "" ? null : (
        <Button
          variant="plain"
          className="text-small text-muted"
          title="Only the turns that are loaded are searched"
          onClick={onEarlier}
        >
          {earlier === "loading" ? "Searching earlier… Stop" : "Search earlier"}
        </Button>
      )}
      <IconButton label="Previous" shortcut="Shift+Enter" small disabled={count === 0} onClick={() => onStep(-1)}>
        <ChevronUp className="size-3.5" aria-hidden />
      </IconButton>
      <IconButton label="Next" shortcut="Enter" small disabled={count === 0} onClick={() => onStep(1)}>
        <ChevronDown className="size-3.5" aria-hidden />
      </IconButton>
      <IconButton label="Close" shortcut="Escape" small onClick={onClose}>
        <X className="size-3.5" aria-hidden />
      </IconButton>
    </div>
  );
}
