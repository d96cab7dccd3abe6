import { useState } from "react";
import { FindBar } from "../ui/find-bar.tsx";
import type { TerminalView } from "./terminal-view.ts";

type Props = { view: TerminalView; found: { count: number; at: number }; onClose: () => void };

/** Find in the screen and scrollback. Enter goes up, where older lines are. */
export function TerminalFind({ view, found, onClose }: Props): React.JSX.Element {
  const [query, setQuery] = useState("");
  const all = found.at < 0 ? `${found.count}` : `${found.at + 1} of ${found.count}`;
  return (
    <FindBar
      label="Find in terminal"
      enter={-1}
      query={query}
      count={found.count}
      status={query === "" ? "" : found.count === 0 ? "none" : all}
      onQuery={(next) => {
        setQuery(next);
        view.find(next, "first");
      }}
      onStep={(by) => {
        if (query !== "") view.find(query, by === 1 ? "next" : "previous");
      }}
      onClose={onClose}
    />
  );
}
