import { useEffect, useMemo, useState, type ReactNode, type RefObject } from "react";
import { FindBar } from "./find-bar.tsx";
import { findInRows } from "./find-in-rows.ts";
import { clearMatches, highlightMatches } from "./highlight-matches.ts";
import type { Row } from "./rows.ts";

type Options = {
  rows: readonly Row[];
  root: RefObject<HTMLDivElement | null>;
  open: boolean;
  onClose: () => void;
  /** Brings a row into view. */
  show: (index: number) => void;
  /** Not all of the chat is here, so not all of it is searched. */
  partial: boolean;
};

/** The find bar of a timeline; null while it is closed. Begins with the match that is latest. */
export function useFind({ rows, root, open, onClose, show, partial }: Options): ReactNode {
  const [query, setQuery] = useState("");
  const [step, setStep] = useState(0);
  const found = useMemo(() => (open ? findInRows(rows, query) : []), [rows, query, open]);
  const at = found.length === 0 ? 0 : Math.min(step, found.length - 1);

  // Marks follow what is drawn, which changes with every scroll.
  useEffect(() => {
    if (!open) return;
    if (root.current) highlightMatches(root.current, query, found[at]);
  });
  useEffect(() => (open ? clearMatches : undefined), [open]);

  function goTo(next: number, among: readonly string[]): void {
    if (among.length === 0) return;
    const wrapped = (next + among.length) % among.length;
    setStep(wrapped);
    const index = rows.findIndex((row) => row.key === among[wrapped]);
    if (index !== -1) show(index);
  }
  if (!open) return null;
  return (
    <FindBar
      query={query}
      count={found.length}
      at={at}
      partial={partial}
      onQuery={(next) => {
        setQuery(next);
        const among = findInRows(rows, next);
        goTo(among.length - 1, among);
      }}
      onStep={(by) => goTo(at + by, found)}
      onClose={() => {
        onClose();
        root.current?.focus({ preventScroll: true });
      }}
    />
  );
}
