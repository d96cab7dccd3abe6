import type { TimelineRow } from "./rows.ts";

/** So many rows of a selection are kept, counted from where it is being drawn to. */
const mostSelected = 400;

/**
 * Rows that stay in the document wherever the view is, because something would be lost with them: what is written into an
 * open request, the focus, and a selection.
 */
export function keptRows(rows: readonly TimelineRow[], log: HTMLElement | null): number[] {
  const kept = rows.flatMap((row, index) => (isOpenRequest(row) ? [index] : []));
  if (!log) return kept;
  const focused = indexOf(rows, log, document.activeElement);
  if (focused !== -1) kept.push(focused);
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return kept;
  return [...kept, ...selectedRows(indexOf(rows, log, selection.anchorNode), indexOf(rows, log, selection.focusNode))];
}

/** All rows between the ends of a selection; none where an end isn't in a row. Pure. */
export function selectedRows(anchor: number, focus: number): number[] {
  if (anchor === -1 || focus === -1) return [];
  const first = Math.max(Math.min(anchor, focus), focus - mostSelected + 1);
  const last = Math.min(Math.max(anchor, focus), focus + mostSelected - 1);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function isOpenRequest(row: TimelineRow): boolean {
  return row.kind === "approval" && row.item.outcome === null && !row.ended;
}

/** By its key: what is loaded before it moves every place. */
function indexOf(rows: readonly TimelineRow[], log: HTMLElement, node: Node | null): number {
  if (!node || !log.contains(node)) return -1;
  const element = node instanceof Element ? node : node.parentElement;
  const key = element?.closest<HTMLElement>("[data-key]")?.dataset.key;
  return key === undefined ? -1 : rows.findIndex((row) => row.key === key);
}
