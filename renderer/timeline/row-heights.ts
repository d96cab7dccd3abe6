import { measureElement, type VirtualItem, type Virtualizer } from "@tanstack/react-virtual";

type Rows = Virtualizer<HTMLDivElement, HTMLDivElement>;

/**
 * How high rows are, and whether what is in view is kept where it is as one becomes higher. What is known of a row from when it
 * was drawn before may be of another width, of other text, of an image that wasn't there: it's a guess again as soon as the
 * row is taken off the page. Lives as long as its timeline.
 */
export class RowHeights {
  readonly #measured = new WeakSet<HTMLElement>();
  #isFirst = false;

  readonly measure = (element: HTMLDivElement, entry: ResizeObserverEntry | undefined, rows: Rows): number => {
    const isKnown = rows.itemSizeCache.has(rows.options.getItemKey(rows.indexFromElement(element)));
    // Without an entry, what is known is given back unlooked at.
    const isLookedAt = entry !== undefined || !isKnown;
    this.#isFirst = isLookedAt && !this.#measured.has(element);
    if (isLookedAt) this.#measured.add(element);
    return measureElement(element, entry, rows);
  };

  /** Asked right after a row was measured: one that grows while it is drawn moves only what is below it. */
  readonly keepsView = (row: VirtualItem, _delta: number, rows: Rows): boolean => {
    const top = rows.scrollOffset ?? 0;
    return this.#isFirst ? row.start < top : row.end <= top && rows.scrollDirection !== "backward";
  };
}
