import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { IconButton } from "../ui/icon-button.tsx";
import type { TerminalView } from "./terminal-view.ts";

type Props = { view: TerminalView; found: { count: number; at: number }; onClose: () => void };

/** Find in the screen and scrollback: Enter goes up, where older lines are, as far as it goes; Shift+Enter down. */
export function TerminalFind({ view, found, onClose }: Props): React.JSX.Element {
  const [query, setQuery] = useState("");
  const step = (direction: "next" | "previous"): void => {
    if (query !== "") view.find(query, direction);
  };
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Enter") step(event.shiftKey ? "next" : "previous");
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div
      role="search"
      className="absolute top-2 right-3 z-10 flex max-w-[calc(100%-1.5rem)] items-center gap-1 rounded-card border border-line-strong bg-raised p-1 shadow-float"
    >
      <input
        autoFocus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          view.find(event.target.value, "first");
        }}
        onKeyDown={onKeyDown}
        placeholder="Find in terminal"
        aria-label="Find in terminal"
        spellCheck={false}
        className="row w-44 min-w-0 rounded-control bg-transparent px-2 outline-none touch:text-[1rem]"
      />
      <span role="status" className="min-w-14 px-1 text-right text-small text-faint tabular-nums">
        {query === "" ? "" : found.count === 0 ? "none" : found.at < 0 ? `${found.count}` : `${found.at + 1} of ${found.count}`}
      </span>
      <IconButton label="Previous" shortcut="Enter" small disabled={found.count === 0} onClick={() => step("previous")}>
        <ChevronUp className="size-3.5" aria-hidden />
      </IconButton>
      <IconButton label="Next" shortcut="Shift+Enter" small disabled={found.count === 0} onClick={() => step("next")}>
        <ChevronDown className="size-3.5" aria-hidden />
      </IconButton>
      <IconButton label="Close" shortcut="Escape" small onClick={onClose}>
        <X className="size-3.5" aria-hidden />
      </IconButton>
    </div>
  );
}
