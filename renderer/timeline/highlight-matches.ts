/**
 * Marks what was found with the CSS Custom Highlight API, which leaves the document as it is. The names are the page's,
 * so one chat at a time shows its matches: the one whose find bar is open.
 */
const name = "hearth-find";
const currentName = "hearth-find-current";
const mostMarked = 500;

/** Marks every place of the query below `root`, those in the row `currentKey` apart; call again when what is drawn changes. */
export function highlightMatches(root: HTMLElement, query: string, currentKey: string | undefined): void {
  if (typeof CSS === "undefined" || !("highlights" in CSS)) return;
  const wanted = query.trim().toLowerCase();
  if (wanted === "") {
    clearMatches();
    return;
  }
  const ranges: Range[] = [];
  const current: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < mostMarked; node = walker.nextNode()) {
    const text = node.nodeValue?.toLowerCase() ?? "";
    for (let at = text.indexOf(wanted); at !== -1 && ranges.length < mostMarked; at = text.indexOf(wanted, at + wanted.length)) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, Math.min(at + wanted.length, node.nodeValue?.length ?? 0));
      ranges.push(range);
      if (node.parentElement?.closest<HTMLElement>("[data-key]")?.dataset.key === currentKey) current.push(range);
    }
  }
  CSS.highlights.set(name, new Highlight(...ranges));
  const marked = new Highlight(...current);
  marked.priority = 1;
  CSS.highlights.set(currentName, marked);
}

export function clearMatches(): void {
  if (typeof CSS !== "undefined" && "highlights" in CSS) {
    CSS.highlights.delete(name);
    CSS.highlights.delete(currentName);
  }
}
