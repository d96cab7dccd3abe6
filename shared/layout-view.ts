/** How a layout is drawn in a window of a given width, and where on it each pane and divider lies. */
import type { Layout } from "./layout.ts";
import { findPaneNode, mapPanes, panesOf, withoutPane, type LayoutNode, type Pane, type Split } from "./layout-tree.ts";

/** Percentages of the workspace. */
export type Rect = { left: number; top: number; width: number; height: number };
export type PlacedPane = { pane: Pane; rect: Rect };
/** The line between child `index` and the next of a split; `rect` is the split's, `at` the line's place in it in percent of the workspace. */
export type Divider = { split: Split; index: number; rect: Rect; at: number };

/**
 * `phone`: one pane with all tabs. `narrow`: panes that hold only changes or checkpoints join the oldest other pane,
 * which is in front unless the focus is on what joined it. `wide`, or a zoomed pane: as it is.
 */
export function viewOf(layout: Layout, width: "phone" | "narrow" | "wide"): LayoutNode {
  const panes = panesOf(layout.root);
  if (width === "phone") {
    const focused = panes.find((pane) => pane.id === layout.focused) ?? (panes[0] as Pane);
    const inOrder = panes.toSorted((a, b) => a.number - b.number);
    // A pane without tabs has nothing in front; as long as another has, that is shown.
    const active = focused.active ?? inOrder.find((pane) => pane.active !== null)?.active ?? null;
    return { ...focused, active, tabs: inOrder.flatMap((pane) => pane.tabs) };
  }
  if (layout.zoomed !== null) return findPaneNode(layout.root, layout.zoomed) ?? layout.root;
  return width === "narrow" ? withSidePanesJoined(layout, panes) : layout.root;
}

function withSidePanesJoined(layout: Layout, panes: Pane[]): LayoutNode {
  const isSide = (pane: Pane): boolean =>
    pane.tabs.length > 0 && pane.tabs.every((tab) => tab.kind === "changes" || tab.kind === "history");
  const sides = panes.filter(isSide);
  const host = panes.filter((pane) => !isSide(pane)).toSorted((a, b) => a.number - b.number)[0];
  if (!host || sides.length === 0) return layout.root;
  const root = sides.reduce((node, pane) => withoutPane(node, pane.id) ?? node, layout.root);
  const inFront = sides.find((pane) => pane.id === layout.focused)?.active ?? host.active;
  const tabs = [...host.tabs, ...sides.flatMap((pane) => pane.tabs)];
  return mapPanes(root, (pane) => (pane.id === host.id ? { ...pane, tabs, active: inFront ?? sides[0]?.active ?? null } : pane));
}

/** Where everything lies. Panes in reading order. */
export function place(
  node: LayoutNode,
  rect: Rect = { left: 0, top: 0, width: 100, height: 100 },
): { panes: PlacedPane[]; dividers: Divider[] } {
  if (node.kind === "pane") return { panes: [{ pane: node, rect }], dividers: [] };
  const panes: PlacedPane[] = [];
  const dividers: Divider[] = [];
  let before = 0;
  node.children.forEach((child, index) => {
    const size = node.sizes[index] ?? 0;
    const placed = place(child, slice(rect, node.direction, before, size));
    panes.push(...placed.panes);
    dividers.push(...placed.dividers);
    before += size;
    if (index < node.children.length - 1) dividers.push({ split: node, index, rect, at: lineAt(rect, node.direction, before) });
  });
  return { panes, dividers };
}

function slice(rect: Rect, direction: Split["direction"], before: number, size: number): Rect {
  return direction === "row"
    ? { ...rect, left: rect.left + (rect.width * before) / 100, width: (rect.width * size) / 100 }
    : { ...rect, top: rect.top + (rect.height * before) / 100, height: (rect.height * size) / 100 };
}

function lineAt(rect: Rect, direction: Split["direction"], before: number): number {
  return direction === "row" ? rect.left + (rect.width * before) / 100 : rect.top + (rect.height * before) / 100;
}

/** The split's sizes with the line after child `index` moved by `delta` percent of the split; neither neighbour gets below `min`. */
export function movedLine(sizes: readonly number[], index: number, delta: number, min: number): number[] {
  const first = sizes[index] ?? 0;
  const second = sizes[index + 1] ?? 0;
  const least = Math.min(min, (first + second) / 2);
  const next = Math.max(least, Math.min(first + second - least, first + delta));
  return sizes.map((size, at) => (at === index ? next : at === index + 1 ? first + second - next : size));
}

/** In pixels at the usual text size: what a pane needs for its tabs, a composer, or the names of changed files. */
export const leastPane = { width: 280, height: 160 };

/** Whether `next` leaves a pane in a workspace of that size in pixels smaller than a pane may be, where `before` didn't. */
export function isCrampedBy(before: LayoutNode, next: LayoutNode, size: { width: number; height: number }): boolean {
  const lacking = (node: LayoutNode): number =>
    place(node).panes.filter(
      ({ rect }) =>
        (rect.width * size.width) / 100 < leastPane.width - 1 || (rect.height * size.height) / 100 < leastPane.height - 1,
    ).length;
  return lacking(next) > lacking(before);
}
