import { splitPane } from "../../shared/layout.ts";
import type { Side, Tab } from "../../shared/layout-tree.ts";
import { isCrampedBy, viewOf } from "../../shared/layout-view.ts";
import { changeLayout, getLayout } from "../stores/layout.ts";
import { getViewport } from "../stores/viewport.ts";
import { toast } from "../ui/toast.tsx";

/** Whether the workspace has room for what `splitPane` makes of it. */
export function hasRoomToSplit(sessionId: string, paneId: string, side: Side, tab?: Tab): boolean {
  const layout = getLayout(sessionId);
  const workspace = document.querySelector("[data-workspace]")?.getBoundingClientRect();
  if (!layout || !workspace) return false;
  const viewport = getViewport();
  const next = splitPane(layout, paneId, side, tab);
  // A zoomed pane is made one of several by it.
  const before = viewOf({ ...layout, zoomed: null }, viewport);
  return next !== layout && !isCrampedBy(before, viewOf(next, viewport), workspace);
}

/** Splits a pane, or says why not; returns whether it did. */
export function splitWith(sessionId: string, paneId: string, side: Side, tab?: Tab): boolean {
  if (!hasRoomToSplit(sessionId, paneId, side, tab)) {
    toast({ title: "There is no room for another pane here", detail: "Close a pane, make this one larger, or use a tab." });
    return false;
  }
  changeLayout(sessionId, (layout) => splitPane(layout, paneId, side, tab));
  return true;
}
