import { useEffect, useMemo, useState, type ReactNode, type RefObject } from "react";
import { FindInChat } from "./find-in-chat.tsx";
import { findInRows } from "./find-in-rows.ts";
import { clearMatches, highlightMatches } from "./highlight-matches.ts";
import type { TimelineRow } from "./rows.ts";

type Options = {
  rows: readonly TimelineRow[];
  root: RefObject<HTMLDivElement | null>;
  open: boolean;
  onClose: () => void;
  /** Brings a row into view. */
  show: (index: number) => void;
  /** Not all of the chat is here, so not all of it is searched. */
  partial: boolean;
  loadingEarlier: boolean;
  onLoadEarlier: () => void;
};

/**
 * The find bar of a timeline; null while it is closed. Begins with the match that is latest. Asked to, it loads what
 * lies before, page by page, until all of the chat is searched or the bar is closed.
 */
export function useFind({ rows, root, open, onClose, show, partial, loadingEarlier, onLoadEarlier }: Options): ReactNode {
  const [query, setQuery] = useState("");
  /** By its key: what is loaded meanwhile moves every place. */
  const [current, setCurrent] = useState<string | null>(null);
  const [wantsAll, setWantsAll] = useState(false);
  const found = useMemo(() => (open ? findInRows(rows, query) : []), [rows, query, open]);
  const known = current === null ? -1 : found.indexOf(current);
  const at = known === -1 ? Math.max(0, found.length - 1) : known;
  const loads = open && wantsAll && partial;
  useEffect(() => {
    if (loads && !loadingEarlier) onLoadEarlier();
  }, [loads, loadingEarlier, onLoadEarlier]);

  // Marks follow what is drawn, which changes with every scroll.
  useEffect(() => {
    if (!open) return;
    if (root.current) highlightMatches(root.current, query, found[at]);
  });
  useEffect(() => (open ? clearMatches : undefined), [open]);

  function goTo(next: number, among: readonly string[]): void {
    if (among.length === 0) return;
    const wrapped = (next + among.length) % among.length;
    setCurrent(among[wrapped] ?? null);
    const index = rows.findIndex((row) => row.key === among[wrapped]);
    if (index !== -1) show(index);
  }
  if (!open) return null;
  return (
    <FindInChat
      query={query}
      count={found.length}
      at={at}
      earlier={!partial ? "none" : loads ? "loading" : "there"}
      onEarlier={() => setWantsAll(!wantsAll)}
      onQuery={(next) => {
        setQuery(next);
        const among = findInRows(rows, next);
        goTo(among.length - 1, among);
      }}
      onStep={(by) => goTo(at + by, found)}
      onClose={() => {
        setWantsAll(false);
        onClose();
      }}
    />
  );
}
